"""The API's part of referrals: programmes, invitations, and who brought whom."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Limit, Whole
from qunying.members.queries.get_member import get_member
from qunying.referrals.actions.accept_invitation import accept_invitation
from qunying.referrals.actions.close_programme import close_programme
from qunying.referrals.actions.make_code import make_code
from qunying.referrals.actions.open_programme import open_programme
from qunying.referrals.actions.write_programme import write_programme
from qunying.referrals.doors import shares_api
from qunying.referrals.drafting import LONGEST_DAYS, MOST_MINOR, MOST_POINTS, Promise
from qunying.referrals.models import Programme
from qunying.referrals.queries.find_programme import get_programme, list_programmes
from qunying.referrals.queries.list_invitations import list_invitations, list_tree

router = Router()
router.add_router("", shares_api.router)
DAYS = Annotated[Whole, Field(ge=1, le=LONGEST_DAYS)]
POINTS = Annotated[Whole, Field(ge=0, le=MOST_POINTS)]
CAP = Annotated[Whole, Field(ge=1, le=MOST_POINTS)]


def _text(least: int, most: int) -> Any:
    return StringConstraints(min_length=least, max_length=most, pattern=PLAIN)


class PromiseIn(Schema, extra="forbid"):
    """What is promised for bringing a friend; amounts in minor units, at least one cap and one reward."""

    name: Annotated[str, _text(1, 60)]
    about: Annotated[str, _text(0, 2_000)] = ""
    qualifies: Literal["joined", "first_order"] = "first_order"
    least_order_minor: Annotated[Whole, Field(ge=0, le=MOST_MINOR)] = 0
    within_days: DAYS = 30
    new_within_days: DAYS = 7
    hold_days: Annotated[Whole, Field(ge=0, le=LONGEST_DAYS)] = 7
    inviter_points: POINTS = 0
    inviter_template_id: UUID | None = None
    invited_points: POINTS = 0
    invited_template_id: UUID | None = None
    per_day: CAP | None = 5
    per_inviter: CAP | None = 50
    campaign_id: UUID | None = None


class ProgrammeOut(PromiseIn):
    """A programme as it stands."""

    id: UUID
    state: str
    currency: str
    opened_at: datetime | None
    closed_at: datetime | None


class ProgrammePage(Schema):
    """A page of programmes."""

    items: list[ProgrammeOut]
    next_cursor: str | None


class InvitationOut(Schema):
    """That one member brought another, and what came of it."""

    id: UUID
    programme_id: UUID
    inviter_id: UUID
    invited_id: UUID
    state: str
    bound_at: datetime
    order_id: UUID | None
    order_minor: int
    refunded_minor: int
    matures_at: datetime | None
    settled_at: datetime | None
    is_capped: bool
    signs: list[str]


class InvitationPage(Schema):
    """A page of invitations."""

    items: list[InvitationOut]
    next_cursor: str | None


class MemberIn(Schema, extra="forbid"):
    """Whose code it is."""

    member_id: UUID


class AcceptIn(Schema, extra="forbid"):
    """Who was brought, by whose code; of device and address only keyed hashes are kept."""

    member_id: UUID
    code: Annotated[str, _text(1, 20)]
    device: Annotated[str, StringConstraints(max_length=100, pattern=r"^[A-Za-z0-9._:-]*$")] = ""
    address: Annotated[str, StringConstraints(max_length=45, pattern=r"^[0-9A-Fa-f.:]*$")] = ""


@router.get("/referrals/programmes", response=ProgrammePage, operation_id="referrals.list_programmes")
def programmes(
    request: ApiRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return programmes, newest first."""
    request.actor.require("referrals.view")
    found = cut_page(list_programmes(), order_by="-created_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/referrals/programmes", response={201: ProgrammeOut}, operation_id="referrals.write_programme")
def write(request: ApiRequest, body: PromiseIn) -> Status[Programme]:
    """Write a programme as a draft."""
    return Status(201, get_programme(write_programme(**act_of(request), promise=Promise(**body.dict()))))


@router.post(
    "/referrals/programmes/{programme_id}/open",
    response=ProgrammeOut,
    operation_id="referrals.open_programme",
)
def open_it(request: ApiRequest, programme_id: UUID) -> Programme:
    """Open a draft for members; it is fixed from here on."""
    return get_programme(open_programme(**act_of(request), programme_id=programme_id))


@router.post(
    "/referrals/programmes/{programme_id}/close",
    response=ProgrammeOut,
    operation_id="referrals.close_programme",
)
def close(request: ApiRequest, programme_id: UUID) -> Programme:
    """Let nobody new in."""
    return get_programme(close_programme(**act_of(request), programme_id=programme_id))


@router.post("/referrals/codes", operation_id="referrals.make_code")
def code(request: ApiRequest, body: MemberIn) -> dict[str, str]:
    """Return a member's code for inviting, made the first time it is asked for."""
    return {"code": make_code(**act_of(request), member_id=body.member_id)}


@router.post("/referrals/invitations", operation_id="referrals.accept_invitation")
def accept(request: ApiRequest, body: AcceptIn) -> dict[str, Any]:
    """Bind a new member to whoever brought them, once and for good."""
    return vars(accept_invitation(**act_of(request), **body.dict()))


@router.get("/referrals/invitations", response=InvitationPage, operation_id="referrals.list_invitations")
def invitations(
    request: ApiRequest,
    state: Annotated[
        Literal["waiting", "held", "review", "rewarded", "refused", "returned", "lapsed", ""], Query()
    ] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return invitations, newest first."""
    request.actor.require("referrals.view")
    found = cut_page(list_invitations(state), order_by="-bound_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.get("/referrals/members/{member_id}/tree", operation_id="referrals.get_tree")
def tree(request: ApiRequest, member_id: UUID) -> dict[str, Any]:
    """Return whom a member brought, whom those brought, and so on, with what they ordered since."""
    request.actor.require("referrals.view")
    return {
        "items": [
            {
                "member_id": branch.bond.invited_id,
                "inviter_id": branch.bond.inviter_id,
                "depth": branch.depth,
                "state": branch.bond.state,
                "orders": branch.orders,
                "sales_minor": branch.sales_minor,
            }
            for branch in list_tree(get_member(member_id).id)
        ]
    }
