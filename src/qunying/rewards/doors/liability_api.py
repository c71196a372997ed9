"""The API's view of what is owed and how budgets burn."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from qunying.kernel import clock
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Whole
from qunying.rewards.actions.state_points_worth import MOST_WORTH, state_points_worth
from qunying.rewards.queries.get_liability import get_liability, list_days

router = Router()


class PointsPartOut(Schema):
    """Points in members' hands: available (by the month in which they end), pending, held; debt is negative."""

    kind: str
    month: date | None
    units: int
    worth_minor: int | None


class CouponsOwedOut(Schema):
    """Coupons of a template that members may still use, at the largest and the expected discount."""

    template_id: UUID
    name: str
    outstanding: int
    largest_minor: int | None
    expected_minor: int | None
    currency: str


class OtherOwedOut(Schema):
    """Money and prizes that members have coming."""

    what: str
    count: int | None
    worth_minor: int
    currency: str


class BudgetBurnOut(Schema):
    """A budget: total = held + spent + free; used in the last seven days, and when it runs out at that pace."""

    owner_id: UUID
    currency: str
    total: int
    held: int
    spent: int
    free: int
    used: int
    runs_out_at: datetime | None


class BreakageOut(Schema):
    """Units that expired of all that were used or expired."""

    asset: str
    spent: int
    expired: int
    share: float | None


class DayOut(Schema):
    """One day of an asset. net: by how much what members hold, less their debts, grew."""

    day: date
    kind: str
    issued: int
    taken_back: int
    spent: int
    given_back: int
    expired: int
    net: int


class LiabilityOut(Schema):
    """What the brand owes. breaks: where it does not agree with the book; empty when it does."""

    as_of: datetime
    currency: str
    minor_per_thousand_points: int | None
    points_outstanding: int
    points: list[PointsPartOut]
    coupons: list[CouponsOwedOut]
    others: list[OtherOwedOut]
    budgets: list[BudgetBurnOut]
    breakage: list[BreakageOut]
    owed_minor: dict[str, int]
    breaks: list[str]
    days: list[DayOut]


class PointsWorthIn(Schema, extra="forbid"):
    """Minor units of a currency that a thousand points are worth."""

    minor_per_thousand: Annotated[Whole, Field(ge=0, le=MOST_WORTH)]
    currency: Annotated[str, Field(pattern=r"^[A-Za-z]{3}$")]


@router.get("/liability", response=LiabilityOut, operation_id="rewards.get_liability")
def liability(request: ApiRequest, days: Annotated[int, Query(ge=1, le=366)] = 30) -> object:
    """Return what the brand owes now, budgets with their pace, and the last days."""
    request.actor.require("ledger.view")
    now = clock.now()
    found = get_liability(now)
    told = {name: getattr(found, name) for name in LiabilityOut.model_fields if name != "days"}
    return {**told, "days": list_days(days, now)}


@router.put("/points/worth", response={204: None}, operation_id="rewards.state_points_worth")
def worth(request: ApiRequest, body: PointsWorthIn) -> object:
    """State what points are worth; nothing in the book changes."""
    state_points_worth(**act_of(request), **body.dict())
    return Status(204, None)
