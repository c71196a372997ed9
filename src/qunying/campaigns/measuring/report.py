"""The report of a campaign: its parts, as they go out as JSON. Keys stay; new ones may come."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qunying.engines.effect import Comparison, NetEffect
from qunying.engines.sample_ratio import SampleRatio


@dataclass(frozen=True)
class CampaignFacts:
    """What the report is about."""

    id: UUID
    name: str
    theme: str
    state: str
    currency: str
    zone: str
    starts_on: date
    ends_on: date
    launched_at: datetime
    closed_at: datetime | None
    is_simulated: bool
    simulation_note: str


@dataclass(frozen=True)
class Window:
    """Where outcomes count: after ``start``, up to ``end``. Complete when the data reaches to its end."""

    start: datetime
    end: datetime
    days: int
    is_complete: bool


@dataclass(frozen=True)
class Design:
    """How the campaign was set up to be measured.

    measured_by: ``members``, ``communities`` or ``nothing``. merged_apart: members in both arms because two
    of the audience turned out to be one person; they are left out. outside: in communities of both arms.
    """

    measured_by: str
    has_open_post: bool
    holdout_basis_points: int
    no_holdout_reason: str
    audience: int
    treatment: int
    control: int
    outside: int
    merged_apart: int
    treatment_communities: int
    control_communities: int


@dataclass(frozen=True)
class ArmFigures:
    """One arm by intention to treat: everybody assigned counts, whether or not anything reached them.

    Sales are net of returns, in minor units, within the window. ``others`` are people outside the audience
    who came through an open post: they have activity and no outcomes.
    """

    arm: str
    members: int
    messages_sent: int
    reached: int
    clicked: int
    claimed: int
    claims: int
    redeemed: int
    redemptions: int
    discount_minor: int
    buyers: int
    orders: int
    sales_minor: int
    orders_per_member: float
    sales_per_member_minor: float
    buyers_share: float


@dataclass(frozen=True)
class Effect:
    """The difference that the campaign made to one outcome, and the smallest lift that this comparison finds
    in 8 of 10 cases.
    """

    comparison: Comparison
    smallest_lift: float | None


@dataclass(frozen=True)
class Cost:
    """Incentives from the ledger, in minor units. ``spent`` = treatment + control + others."""

    budget_minor: int
    spent_minor: int
    held_minor: int
    free_minor: int
    control_minor: int


@dataclass(frozen=True)
class GoalResult:
    """The goal and what became of it.

    value: in the unit of the target (see ``Plan.goal_target``); None when there is nothing to compare.
    state: ``met``, ``missed``, ``reached_not_proven`` (the figure is there, the proof is not) or ``open``.
    """

    metric: str
    target: int
    by: date
    value: int | None
    state: str


@dataclass(frozen=True)
class YearOnYear:
    """Net sales to the audience within the window, and within the same days of the year before."""

    sales_minor: int
    year_before_minor: int
    change: float | None


@dataclass(frozen=True)
class LessonNoted:
    """A highlight, a shortfall or a lesson."""

    kind: str
    area: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Report:
    """Everything that is known of a campaign's effect as of an instant.

    verdict: ``proven_positive``, ``proven_negative`` or ``not_proven``; verdict_reason says why it is not
    proven, or ``interval``. effects: by outcome (``orders``, ``sales``, ``bought``). method: how it was
    measured, in sentences.
    """

    campaign: CampaignFacts
    as_of: datetime
    window: Window
    design: Design
    verdict: str
    verdict_reason: str
    goal: GoalResult
    arms: list[ArmFigures]
    effects: dict[str, Effect]
    cost: Cost
    net_effect: NetEffect
    sample_ratio: SampleRatio
    sends: dict[str, int]
    posts: dict[str, int]
    year_on_year: YearOnYear | None
    lessons: list[LessonNoted]
    method: list[str]
