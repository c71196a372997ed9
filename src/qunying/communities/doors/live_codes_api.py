"""The API's live codes, roster feeds and doubtful matches."""

from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from ninja import Path, Router

from qunying.communities.actions.change_live_code import change_live_code
from qunying.communities.actions.close_live_code import close_live_code
from qunying.communities.actions.close_roster_feed import close_roster_feed
from qunying.communities.actions.create_live_code import create_live_code
from qunying.communities.actions.create_roster_feed import create_roster_feed
from qunying.communities.actions.decide_match import decide_match
from qunying.communities.doors.shapes import (
    DecisionIn,
    DoubtPage,
    FeedIn,
    FeedList,
    FeedMade,
    LinkOut,
    LiveCodeChange,
    LiveCodeIn,
    LiveCodeList,
)
from qunying.communities.models import MatchDoubt
from qunying.communities.queries.get_community import get_community
from qunying.communities.queries.list_doubts import list_doubts
from qunying.communities.queries.list_live_codes import list_live_codes
from qunying.communities.queries.list_roster_feeds import get_open_feed, list_roster_feeds, secret_of
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Limit

router = Router()


@router.get("/communities/live-codes", response=LiveCodeList, operation_id="communities.list_live_codes")
def live_codes(request: ApiRequest) -> object:
    """Return the open live codes and where they lead."""
    request.actor.require("communities.view")
    return {
        "items": [
            {
                "id": code.id,
                "name": code.name,
                "source": code.source,
                "guide_id": code.guide_id,
                "url": join_url(code.token),
                "routes": routes,
            }
            for code, routes in list_live_codes()
        ]
    }


@router.post("/communities/live-codes", response={201: LinkOut}, operation_id="communities.create_live_code")
def create(request: ApiRequest, body: LiveCodeIn) -> object:
    """Make a live code."""
    made = create_live_code(**act_of(request), **body.dict())
    return 201, {"id": made.live_code_id, "url": join_url(made.token)}


@router.put(
    "/communities/live-codes/{live_code_id}",
    response={204: None},
    operation_id="communities.change_live_code",
)
def change(request: ApiRequest, live_code_id: UUID, body: LiveCodeChange) -> object:
    """Let a live code lead elsewhere; the printed code stays the same."""
    change_live_code(**act_of(request), live_code_id=live_code_id, **body.dict())
    return 204, None


@router.post(
    "/communities/live-codes/{live_code_id}/close",
    response={204: None},
    operation_id="communities.close_live_code",
)
def close(request: ApiRequest, live_code_id: UUID) -> object:
    """Let nobody in through the code any more."""
    close_live_code(**act_of(request), live_code_id=live_code_id)
    return 204, None


@router.get("/communities/doubts", response=DoubtPage, operation_id="communities.list_doubts")
def doubts(
    request: ApiRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return people of rosters who may be members, the latest first."""
    request.actor.require("communities.view")
    found = cut_page(list_doubts(), order_by="-raised_at", cursor=cursor, size=limit)
    return {"items": [_doubt(row) for row in found.rows], "next_cursor": found.next_cursor}


@router.post("/communities/doubts/{doubt_id}", response={204: None}, operation_id="communities.decide_match")
def decide(
    request: ApiRequest, doubt_id: Annotated[int, Path(ge=1, le=2**63 - 1)], body: DecisionIn
) -> object:
    """Answer whether a person of a roster is a member."""
    decide_match(**act_of(request), doubt_id=doubt_id, **body.dict())
    return 204, None


@router.get(
    "/communities/{community_id}/feeds", response=FeedList, operation_id="communities.list_roster_feeds"
)
def feeds(request: ApiRequest, community_id: UUID) -> object:
    """Return the open roster feeds of a community."""
    request.actor.require("communities.view")
    get_community(community_id)
    return {
        "items": [
            {"id": feed.id, "name": feed.name, "url": feed_url(feed.id), "heard_at": feed.heard_at}
            for feed in list_roster_feeds(community_id)
        ]
    }


@router.post(
    "/communities/{community_id}/feeds",
    response={201: FeedMade},
    operation_id="communities.create_roster_feed",
)
def create_feed(request: ApiRequest, community_id: UUID, body: FeedIn) -> object:
    """Make a roster feed and return its secret."""
    made = create_roster_feed(**act_of(request), community_id=community_id, name=body.name)
    secret = secret_of(get_open_feed(made.feed_id))
    return 201, {"id": made.feed_id, "url": feed_url(made.feed_id), "secret": secret}


@router.post(
    "/communities/feeds/{feed_id}/close",
    response={204: None},
    operation_id="communities.close_roster_feed",
)
def close_feed(request: ApiRequest, feed_id: UUID) -> object:
    """Believe a roster feed no more."""
    close_roster_feed(**act_of(request), feed_id=feed_id)
    return 204, None


def join_url(token: str) -> str:
    """Return the address that a link or live code leads to."""
    return f"{settings.PUBLIC_URL}{reverse('communities.join', args=[token])}"


def feed_url(feed_id: UUID) -> str:
    """Return the address that a feed's program posts to."""
    return f"{settings.PUBLIC_URL}{reverse('communities.roster_news', args=[feed_id])}"


def _doubt(doubt: MatchDoubt) -> dict[str, object]:
    return {
        "id": doubt.pk,
        "community_id": doubt.stay.community_id,
        "platform_user_id": doubt.stay.platform_user_id,
        "nickname": doubt.stay.nickname,
        "member_id": doubt.member_id,
        "reason": doubt.reason,
        "evidence": doubt.evidence,
        "raised_at": doubt.raised_at,
    }
