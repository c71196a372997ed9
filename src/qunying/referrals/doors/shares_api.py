"""The API's part of rewarded sharing."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Limit, Whole
from qunying.referrals.actions.close_share_offer import close_share_offer
from qunying.referrals.actions.make_share_link import make_share_link
from qunying.referrals.actions.open_share_offer import open_share_offer
from qunying.referrals.actions.write_share_offer import write_share_offer
from qunying.referrals.models import ShareOffer
from qunying.referrals.queries.list_shares import get_share_offer, list_share_offers
from qunying.referrals.sharing import MOST_A_DAY, MOST_POINTS

router = Router()


class ShareIn(Schema, extra="forbid"):
    """A member page, and what a visitor is worth."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=PLAIN)]
    path: Annotated[str, StringConstraints(max_length=200, pattern=r"^/m/[A-Za-z0-9/_.-]*$")]
    points: Annotated[Whole, Field(ge=1, le=MOST_POINTS)]
    per_day: Annotated[Whole, Field(ge=1, le=MOST_A_DAY)]


class ShareOut(ShareIn):
    """A shared page as it stands."""

    id: UUID
    state: str
    opened_at: datetime | None
    closed_at: datetime | None


class SharePage(Schema):
    """A page of shared pages."""

    items: list[ShareOut]
    next_cursor: str | None


class SharerIn(Schema, extra="forbid"):
    """Whose link it is."""

    member_id: UUID


@router.get("/referrals/shares", response=SharePage, operation_id="referrals.list_share_offers")
def shares(
    request: ApiRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return shared pages, newest first."""
    request.actor.require("referrals.view")
    found = cut_page(list_share_offers(), order_by="-created_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/referrals/shares", response={201: ShareOut}, operation_id="referrals.write_share_offer")
def write(request: ApiRequest, body: ShareIn) -> Status[ShareOffer]:
    """Promise points for sharing a member page, as a draft."""
    return Status(201, get_share_offer(write_share_offer(**act_of(request), **body.dict())))


@router.post(
    "/referrals/shares/{offer_id}/open", response=ShareOut, operation_id="referrals.open_share_offer"
)
def open_it(request: ApiRequest, offer_id: UUID) -> ShareOffer:
    """Open it for members."""
    return get_share_offer(open_share_offer(**act_of(request), offer_id=offer_id))


@router.post(
    "/referrals/shares/{offer_id}/close", response=ShareOut, operation_id="referrals.close_share_offer"
)
def close(request: ApiRequest, offer_id: UUID) -> ShareOffer:
    """Let nobody earn by it any more."""
    return get_share_offer(close_share_offer(**act_of(request), offer_id=offer_id))


@router.post("/referrals/shares/{offer_id}/links", operation_id="referrals.make_share_link")
def link(request: ApiRequest, offer_id: UUID, body: SharerIn) -> dict[str, str]:
    """Return the code of a member's link (its page is /m/s/CODE/)."""
    return {"code": make_share_link(**act_of(request), offer_id=offer_id, member_id=body.member_id)}
