"""What pre-flight says of a plan: its parts, as they go out as JSON. Keys stay; new ones may come."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qunying.engines.expected_cost import Forecast


@dataclass(frozen=True)
class AudienceNow:
    """Whom the plan addresses now. needs_confirmation: the number was not confirmed, or has moved by more"
    " than 5 %."""

    count: int
    staff_left_out: int
    as_of: datetime
    confirmed: int | None
    needs_confirmation: bool


@dataclass(frozen=True)
class Reach:
    """What the channel can do for the treated: how many it reaches, and how many not by reason."""

    channel: str
    reachable: int
    excluded: dict[str, int]


@dataclass(frozen=True)
class MessagesHad:
    """How many of the reachable had how many promotions in the last days, today included.

    members: by number of promotions from 0 on; the last entry counts those who had that many or more.
    """

    days: int
    members: list[int]


@dataclass(frozen=True)
class FatigueNow:
    """What the reachable have had lately. capped: how many would get nothing on ``day``, because the limit of
    ``per_day`` promotions per member and day leaves no room.
    """

    day: date
    per_day: int
    capped: int
    had: list[MessagesHad]


@dataclass(frozen=True)
class ArmsExpected:
    """The arms that a launch now would make. measured_by: ``members``, ``communities`` or ``nothing``."""

    measured_by: str
    treatment: int
    control: int
    outside: int
    treatment_communities: int
    control_communities: int


@dataclass(frozen=True)
class LiftChance:
    """How probable it is (0-1) that a true lift (0.2 = 20 % more) comes out proven; None when it cannot be"
    " said."""

    lift: float
    orders: float | None
    sales: float | None


@dataclass(frozen=True)
class PowerExpected:
    """What the holdout can show, measured on this audience's own history of the same number of days.

    smallest_…: the lift found in 8 of 10 cases. enough_holdout: the smallest holdout, in basis points, that
    finds ``wanted_lift`` in orders per member in 8 of 10 cases; None when even half of the audience does not.
    """

    days: int
    orders_per_member: float
    sales_per_member_minor: float
    chances: list[LiftChance]
    smallest_orders_lift: float | None
    smallest_sales_lift: float | None
    wanted_lift: float
    enough_holdout: int | None


@dataclass(frozen=True)
class Assumption:
    """A rate (0-1) that the forecast rests on. source: ``plan``, ``earlier`` (campaigns) or ``guess``."""

    rate: float
    source: str
    evidence: int


@dataclass(frozen=True)
class OfferExpected:
    """What the offer will probably cost. largest_minor: a coupon's largest discount, which every claim holds.

    coupons_in_budget: how many claims the budget can hold. liability_minor: held for the expected claims.
    """

    name: str
    stock: int
    largest_minor: int | None
    claim: Assumption
    redemption: Assumption
    discount_mean_minor: float
    forecast: Forecast
    liability_minor: int
    coupons_in_budget: int


@dataclass(frozen=True)
class Finding:
    """Something to know before the launch. level: ``block`` must be put right, ``warn`` is for a person to"
    " weigh."""

    code: str
    level: str
    text: str


@dataclass(frozen=True)
class Preflight:
    """Everything that can be known of a campaign before it is launched."""

    campaign_id: UUID
    at: datetime
    audience: AudienceNow
    arms: ArmsExpected
    reach: Reach | None
    fatigue: FatigueNow | None
    power: PowerExpected | None
    offer: OfferExpected | None
    findings: list[Finding]

    @property
    def may_launch(self) -> bool:
        """Whether nothing blocks."""
        return not any(finding.level == "block" for finding in self.findings)
