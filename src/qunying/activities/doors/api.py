"""The API's activities."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Body, Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from qunying.activities.actions.approve_activity import approve_activity
from qunying.activities.actions.change_activity import change_activity
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.create_activity import create_activity
from qunying.activities.actions.draw_winners import draw_winners
from qunying.activities.actions.give_award import give_award
from qunying.activities.actions.open_activity import open_activity
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.actions.take_part import take_part
from qunying.activities.actions.withdraw_activity import withdraw_activity
from qunying.activities.checklist import check_launch
from qunying.activities.doors.api_words import TEXT
from qunying.activities.doors.kinds import KIND_DOORS
from qunying.activities.doors.schema_api import router as schema_router
from qunying.activities.doors.shown import see
from qunying.activities.doors.simulation import router as simulation_router
from qunying.activities.drafting import MOST_TURNS, Draft
from qunying.activities.kinds import kind_of
from qunying.activities.models import Activity
from qunying.activities.queries.get_activity import get_activity, list_activities, list_awards
from qunying.activities.queries.get_proof import NoProofYet, find_bundle, rules_file
from qunying.activities.queries.watch_activity import watch_activity
from qunying.activities.rules import DEAREST_TURN
from qunying.kernel import clock
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Instant, Limit, Whole, YesNo

router = Router()
router.add_router("", schema_router)
router.add_router("", simulation_router)
LIMIT = Annotated[Whole, Field(ge=1, le=MOST_TURNS)]


class DraftIn(Schema, extra="forbid"):
    """An activity as it is written."""

    kind: Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z_]+$")]
    title: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=PLAIN)]
    opens_at: Instant
    closes_at: Instant
    claim_until: Instant | None = None
    about: Annotated[str, StringConstraints(max_length=5_000, pattern=PLAIN)] = ""
    organiser: TEXT = ""
    campaign_id: UUID | None = None
    segment_id: UUID | None = None
    per_member: Annotated[Whole, Field(ge=0, le=MOST_TURNS)] | None = 1
    per_day: LIMIT | None = None
    min_account_days: Annotated[Whole, Field(ge=0, le=3_650)] = 0
    settings: dict[str, Any]


class ActivityOut(Schema):
    """An activity as it stands."""

    id: UUID
    kind: str
    title: str
    state: str
    about: str
    organiser: str
    campaign_id: UUID | None
    segment_id: UUID | None
    currency: str
    per_member: int | None
    per_day: int | None
    min_account_days: int
    opens_at: datetime
    closes_at: datetime
    claim_until: datetime
    settings: dict[str, Any]
    version: int
    rules_hash: str
    commitment: str


class ActivityPage(Schema):
    """A page of activities."""

    items: list[ActivityOut]
    next_cursor: str | None


class AwardOut(Schema):
    """A prize that somebody won."""

    id: UUID
    activity_id: UUID
    member_id: UUID
    prize: str
    name: str
    kind: str
    amount: int
    state: str
    problem: str
    fulfilment: int | None
    tracking: str
    won_at: datetime


class AwardPage(Schema):
    """A page of prizes."""

    items: list[AwardOut]
    next_cursor: str | None


class WithdrawIn(Schema, extra="forbid"):
    """For good, or to be changed."""

    for_good: YesNo = False


class ApproveIn(Schema, extra="forbid"):
    """The version of the rules that was read; another one since is refused."""

    seen_version: Annotated[Whole, Field(ge=0, le=2**31 - 1)] | None = None


class PartIn(Schema, extra="forbid"):
    """Who takes part, with what; ``pay_points``: what they agreed to pay for this turn if it is not free."""

    member_id: UUID
    choice: TEXT = ""
    pay_points: Annotated[Whole, Field(ge=0, le=DEAREST_TURN)] = 0


class DrawIn(Schema, extra="forbid"):
    """The public value and where it is from."""

    source: TEXT
    value: TEXT


@router.get("/activities", response=ActivityPage, operation_id="activities.list_activities")
def activities(
    request: ApiRequest,
    state: Annotated[
        Literal["draft", "approved", "open", "closed", "settled", "cancelled", ""], Query()
    ] = "",
    kind: TEXT = "",
    search: TEXT = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return activities, newest first; a search looks at titles and partners."""
    request.actor.require("activities.view")
    rows = list_activities(state=state, kind=kind and kind_of(kind).slug, search=search)
    found = cut_page(rows, order_by="-created_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/activities", response={201: ActivityOut}, operation_id="activities.create_activity")
def create(request: ApiRequest, body: DraftIn) -> Status[Activity]:
    """Write an activity as a draft; ``settings`` are those of its kind, see ``GET /activity-kinds``."""
    written = create_activity(**act_of(request), draft=Draft(**body.dict()))
    return Status(201, get_activity(written.activity_id))


@router.get("/activities/prizes", response=AwardPage, operation_id="activities.list_awards")
def prizes(
    request: ApiRequest,
    activity_id: Annotated[UUID | None, Query()] = None,
    state: Annotated[Literal["given", "owed", "queued", "held", "refused", "taken_back", ""], Query()] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return prizes that were won, newest first."""
    request.actor.require("activities.view")
    found = cut_page(
        list_awards(activity_id=activity_id, state=state), order_by="-won_at", cursor=cursor, size=limit
    )
    items = [
        {
            **{name: getattr(row.award, name) for name in AwardOut.model_fields if hasattr(row.award, name)},
            "fulfilment": row.sending.number if row.sending else None,
            "tracking": row.sending.tracking if row.sending else "",
        }
        for row in see(found.rows)
    ]
    return {"items": items, "next_cursor": found.next_cursor}


@router.get("/activities/{activity_id}", response=ActivityOut, operation_id="activities.get_activity")
def one(request: ApiRequest, activity_id: UUID) -> Activity:
    """Return an activity."""
    request.actor.require("activities.view")
    return get_activity(activity_id)


@router.put("/activities/{activity_id}", response=ActivityOut, operation_id="activities.change_activity")
def change(request: ApiRequest, activity_id: UUID, body: DraftIn) -> Activity:
    """Write a draft anew."""
    change_activity(**act_of(request), activity_id=activity_id, draft=Draft(**body.dict()))
    return get_activity(activity_id)


@router.get("/activities/{activity_id}/checklist", operation_id="activities.check_launch")
def checklist(request: ApiRequest, activity_id: UUID) -> dict[str, Any]:
    """Return what must be in order before it opens."""
    request.actor.require("activities.view")
    return {"items": [vars(item) for item in check_launch(get_activity(activity_id), clock.now())]}


@router.post("/activities/{activity_id}/approve", operation_id="activities.approve_activity")
def approve(
    request: ApiRequest, activity_id: UUID, body: Annotated[ApproveIn | None, Body()] = None
) -> dict[str, str]:
    """Approve a draft: its rules are pinned. ``seen_version`` refuses when they were changed since they were read."""
    seen = body.seen_version if body else None
    return {"rules_hash": approve_activity(**act_of(request), activity_id=activity_id, seen=seen)}


@router.post("/activities/{activity_id}/withdraw", operation_id="activities.withdraw_activity")
def withdraw(request: ApiRequest, activity_id: UUID, body: WithdrawIn) -> dict[str, str]:
    """Make it a draft again, or give it up."""
    return {"state": withdraw_activity(**act_of(request), activity_id=activity_id, for_good=body.for_good)}


@router.post("/activities/{activity_id}/open", operation_id="activities.open_activity")
def open_it(request: ApiRequest, activity_id: UUID) -> dict[str, Any]:
    """Open it: nothing can be changed from here on."""
    return vars(open_activity(**act_of(request), activity_id=activity_id))


@router.post("/activities/{activity_id}/parts", operation_id="activities.take_part")
def part(request: ApiRequest, activity_id: UUID, body: PartIn) -> dict[str, Any]:
    """Take part in the name of a member. A turn is free, else takes a chance, else the points that were agreed to."""
    took = take_part(**act_of(request), activity_id=activity_id, **body.dict())
    return {**vars(took), "prizes": [vars(prize) for prize in took.prizes]}


@router.get("/activities/{activity_id}/live", operation_id="activities.watch_activity")
def live(request: ApiRequest, activity_id: UUID) -> dict[str, Any]:
    """Return counts, stock and the last serials."""
    request.actor.require("activities.view")
    watched = watch_activity(get_activity(activity_id))
    return {**vars(watched), "stocks": [vars(stock) for stock in watched.stocks]}


@router.post("/activities/{activity_id}/close", operation_id="activities.close_activity")
def close(request: ApiRequest, activity_id: UUID) -> dict[str, str]:
    """Close it at its end, or when everything is gone."""
    return {"root": close_activity(**act_of(request), activity_id=activity_id)}


@router.post("/activities/{activity_id}/settle", operation_id="activities.settle_activity")
def settle(request: ApiRequest, activity_id: UUID) -> dict[str, Any]:
    """Publish the result and give back what is left."""
    return vars(settle_activity(**act_of(request), activity_id=activity_id))


@router.post("/activities/{activity_id}/draw", operation_id="activities.draw_winners")
def draw(request: ApiRequest, activity_id: UUID, body: DrawIn) -> dict[str, Any]:
    """Draw the winners of a scheduled draw with its public value."""
    return vars(
        draw_winners(**act_of(request), activity_id=activity_id, source=body.source, value=body.value)
    )


@router.get("/activities/{activity_id}/rules", operation_id="activities.get_rules")
def rules(request: ApiRequest, activity_id: UUID) -> dict[str, Any]:
    """Return the rules as they are hashed, with the promise."""
    request.actor.require("activities.view")
    return rules_file(get_activity(activity_id))


@router.get("/activities/{activity_id}/proof", operation_id="activities.get_proof")
def proof(request: ApiRequest, activity_id: UUID) -> dict[str, Any]:
    """Return the published result; ``verify_draw.py`` checks it."""
    request.actor.require("activities.view")
    bundle = find_bundle(get_activity(activity_id))
    if bundle is None:
        raise NoProofYet
    return bundle


@router.post("/activities/prizes/{award_id}/give", operation_id="activities.give_award")
def give(request: ApiRequest, award_id: UUID) -> dict[str, str]:
    """Try again to give a prize that is owed."""
    return {"state": give_award(**act_of(request), award_id=award_id)}


for _door in KIND_DOORS.values():
    if _door.api is not None:
        router.add_router("", _door.api)
