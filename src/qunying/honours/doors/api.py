"""The API's badges and leaderboards."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field, StringConstraints

from qunying.honours.actions.change_formula import MOST_PER_DAY, MOST_POINTS, change_formula
from qunying.honours.actions.choose_ranking import choose_ranking
from qunying.honours.actions.give_badge import give_badge
from qunying.honours.actions.refresh_honours import refresh_honours
from qunying.honours.actions.retire_badge import retire_badge
from qunying.honours.actions.revoke_badge import revoke_badge
from qunying.honours.actions.write_badge import MOST_COUNT, MOST_LEVELS, write_badge
from qunying.honours.queries.get_leaderboard import get_leaderboard
from qunying.honours.queries.list_badges import list_badges, list_held
from qunying.honours.ranking import get_weights
from qunying.kernel import clock
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Whole, YesNo

router = Router()
type Period = Literal["week", "month", "all"]
MeasureName = Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z_]*$")]


def _text(most: int, least: int = 0) -> Any:
    return StringConstraints(min_length=least, max_length=most, pattern=PLAIN)


class BadgeIn(Schema, extra="forbid"):
    """A badge: by rule with ``measure`` and rising ``levels``, or given by staff without both."""

    name: Annotated[str, _text(20, 1)]
    sign: Annotated[str, _text(2, 1)]
    about: Annotated[str, _text(200)] = ""
    measure: MeasureName = ""
    levels: Annotated[list[Annotated[Whole, Field(ge=1, le=MOST_COUNT)]], Field(max_length=MOST_LEVELS)] = []
    counts_history: YesNo = False
    badge_id: UUID | None = None


class BadgeOut(Schema):
    """A badge with how many members hold it."""

    id: UUID
    name: str
    sign: str
    about: str
    measure: str
    levels: list[int]
    counts_history: bool
    state: str
    holders: int


class BadgeList(Schema):
    """All badges."""

    items: list[BadgeOut]


class BadgeMade(Schema):
    """The badge that was written."""

    id: UUID


class HonourIn(Schema, extra="forbid"):
    """Who gets or loses a badge, and why."""

    member_id: UUID
    reason: Annotated[str, _text(200, 1)]


class HonourMade(Schema):
    """The honour that was given."""

    id: UUID


class HeldOut(Schema):
    """A badge that a member holds."""

    badge_id: UUID
    name: str
    sign: str
    about: str
    level: int
    levels: int
    reason: str
    awarded_at: datetime


class HeldList(Schema):
    """The badges of a member, the latest first."""

    items: list[HeldOut]


class PlaceOut(Schema):
    """A place; the name is masked."""

    number: int
    member_id: UUID
    name: str
    score: int
    parts: dict[str, int]


class LeaderboardOut(Schema):
    """The first places, and when they were counted."""

    places: list[PlaceOut]
    counted_at: datetime | None


class WeightIn(Schema, extra="forbid"):
    """What an act is worth, and how many of a day count (0: all)."""

    points: Annotated[Whole, Field(ge=0, le=MOST_POINTS)]
    per_day: Annotated[Whole, Field(ge=0, le=MOST_PER_DAY)] = 0


class FormulaIn(Schema, extra="forbid"):
    """The contribution score by measure; what is left out counts nothing."""

    weights: dict[MeasureName, WeightIn] = Field(max_length=20)


class FormulaOut(Schema):
    """The contribution score by measure."""

    weights: dict[str, WeightIn]


class ChoiceIn(Schema, extra="forbid"):
    """Whether to stand on leaderboards."""

    is_shown: YesNo


class RefreshedOut(Schema):
    """Badges given or raised, badges taken back, places written."""

    given: int
    taken: int
    places: int


@router.get(
    "/honours/badges", response=BadgeList, operation_id="honours.list_badges", summary="List the badges"
)
def badges(request: ApiRequest) -> Any:
    """Return all badges."""
    request.actor.require("honours.view")
    return {"items": list(list_badges())}


@router.post(
    "/honours/badges", response=BadgeMade, operation_id="honours.write_badge", summary="Write a badge"
)
def write(request: ApiRequest, body: BadgeIn) -> Any:
    """Write a badge, new or changed."""
    return {"id": write_badge(**act_of(request), **body.dict())}


@router.post(
    "/honours/badges/{uuid:badge_id}/retire",
    response={204: None},
    operation_id="honours.retire_badge",
    summary="Retire a badge",
)
def retire(request: ApiRequest, badge_id: UUID) -> None:
    """Give a badge no more."""
    retire_badge(**act_of(request), badge_id=badge_id)


@router.post(
    "/honours/badges/{uuid:badge_id}/give",
    response=HonourMade,
    operation_id="honours.give_badge",
    summary="Give a badge",
)
def give(request: ApiRequest, badge_id: UUID, body: HonourIn) -> Any:
    """Give a badge to a member."""
    return {"id": give_badge(**act_of(request), badge_id=badge_id, **body.dict())}


@router.post(
    "/honours/badges/{uuid:badge_id}/revoke",
    response={204: None},
    operation_id="honours.revoke_badge",
    summary="Take a badge back",
)
def revoke(request: ApiRequest, badge_id: UUID, body: HonourIn) -> None:
    """Take a badge from a member."""
    revoke_badge(**act_of(request), badge_id=badge_id, **body.dict())


@router.get(
    "/honours/members/{uuid:member_id}",
    response=HeldList,
    operation_id="honours.list_held",
    summary="List a member's badges",
)
def held(request: ApiRequest, member_id: UUID) -> Any:
    """Return the badges that a member holds."""
    request.actor.require("honours.view")
    return {"items": list_held([member_id]).get(member_id, [])}


@router.post(
    "/honours/members/{uuid:member_id}/ranking",
    response={204: None},
    operation_id="honours.choose_ranking",
    summary="Choose whether a member stands on leaderboards",
)
def choose(request: ApiRequest, member_id: UUID, body: ChoiceIn) -> None:
    """Take a member off the leaderboards, or let them come back."""
    choose_ranking(**act_of(request), member_id=member_id, is_shown=body.is_shown)


@router.get(
    "/honours/leaderboard",
    response=LeaderboardOut,
    operation_id="honours.get_leaderboard",
    summary="Show a leaderboard",
)
def leaderboard(
    request: ApiRequest,
    period: Period = "month",
    community_id: UUID | None = None,
    limit: Annotated[int, Field(ge=1, le=500)] = 50,
) -> Any:
    """Return the first places of a leaderboard."""
    request.actor.require("honours.view")
    return get_leaderboard(period, clock.now(), community_id=community_id, size=limit)


@router.get(
    "/honours/formula",
    response=FormulaOut,
    operation_id="honours.get_formula",
    summary="Show the contribution score",
)
def formula(request: ApiRequest) -> Any:
    """Return how contribution is scored."""
    request.actor.require("honours.view")
    weights = get_weights().items()
    return {"weights": {str(m): {"points": w.points, "per_day": w.per_day} for m, w in weights}}


@router.put(
    "/honours/formula",
    response={204: None},
    operation_id="honours.change_formula",
    summary="Change the contribution score",
)
def change(request: ApiRequest, body: FormulaIn) -> None:
    """Change how contribution is scored."""
    weights = {name: (weight.points, weight.per_day) for name, weight in body.weights.items()}
    change_formula(**act_of(request), weights=weights)


@router.post(
    "/honours/refresh", response=RefreshedOut, operation_id="honours.refresh_honours", summary="Count anew"
)
def refresh(request: ApiRequest) -> Any:
    """Count badges and leaderboards anew."""
    return refresh_honours(**act_of(request))
