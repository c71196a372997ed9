"""The API's communities."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from ninja import Router

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.communities.actions.change_community import change_community
from qunying.communities.actions.change_role import change_role
from qunying.communities.actions.change_state import change_state
from qunying.communities.actions.close_join_link import close_join_link
from qunying.communities.actions.create_community import create_community
from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.import_roster import import_roster
from qunying.communities.actions.join_by_link import join_by_link
from qunying.communities.actions.join_by_live_code import join_by_live_code
from qunying.communities.actions.leave_community import leave_community
from qunying.communities.doors import message_imports_api, messages_api, service_api, sources_api
from qunying.communities.doors.health_api import router as health_router
from qunying.communities.doors.live_codes_api import router as live_codes_router
from qunying.communities.doors.plan_api import router as plan_router
from qunying.communities.doors.platforms_api import router as platforms_router
from qunying.communities.doors.shapes import (
    CommunityIn,
    CommunityList,
    CommunityOut,
    GroupMemberPage,
    IdOut,
    JoinedOut,
    JoinIn,
    LinkIn,
    LinkList,
    LinkOut,
    MemberIn,
    PersonId,
    RoleIn,
    RosterIn,
    RosterOut,
    RulesVersionList,
    StateIn,
    SummaryOut,
)
from qunying.communities.models import GroupMember
from qunying.communities.queries.get_community import get_community, list_communities
from qunying.communities.queries.summarise_community import summarise_community
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Day, Limit
from qunying.stream.lake import open_analysis

own = Router()


@own.get("/communities", response=CommunityList, operation_id="communities.list_communities")
def list_all(request: ApiRequest) -> object:
    """Return all communities by name, with their sizes."""
    request.actor.require("communities.view")
    sizes = list_communities()
    return {
        "items": [
            {**CommunityOut.from_orm(size.community).dict(), "people": size.people, "members": size.members}
            for size in sizes
        ]
    }


@own.post("/communities", response={201: IdOut}, operation_id="communities.create_community")
def create(request: ApiRequest, body: CommunityIn) -> object:
    """Set up a community."""
    created = create_community(**act_of(request), profile=body.profile())
    return 201, {"id": created.community_id}


# Before the paths with an id: “join” would be taken for one.
@own.post("/communities/join", response=JoinedOut, operation_id="communities.join_by_link")
def join(request: ApiRequest, body: JoinIn) -> object:
    """Let a member in through a join link."""
    return join_by_link(**act_of(request), token=body.token, member_id=body.member_id)


@own.post("/communities/join-by-code", response=JoinedOut, operation_id="communities.join_by_live_code")
def join_by_code(request: ApiRequest, body: JoinIn) -> object:
    """Let a member into the first community of a live code that has room."""
    return join_by_live_code(**act_of(request), token=body.token, member_id=body.member_id)


@own.get("/communities/{community_id}", response=CommunityOut, operation_id="communities.get_community")
def get_one(request: ApiRequest, community_id: UUID) -> object:
    """Return a community."""
    request.actor.require("communities.view")
    return get_community(community_id)


@own.put("/communities/{community_id}", response={204: None}, operation_id="communities.change_community")
def change(request: ApiRequest, community_id: UUID, body: CommunityIn) -> object:
    """Replace what a community says of itself."""
    change_community(**act_of(request), community_id=community_id, profile=body.profile())
    return 204, None


@own.post("/communities/{community_id}/state", response={204: None}, operation_id="communities.change_state")
def state(request: ApiRequest, community_id: UUID, body: StateIn) -> object:
    """Move a community on in its life."""
    change_state(**act_of(request), community_id=community_id, state=body.state, reason=body.reason)
    return 204, None


@own.get(
    "/communities/{community_id}/rules",
    response=RulesVersionList,
    operation_id="communities.list_rules_versions",
)
def rules(request: ApiRequest, community_id: UUID) -> object:
    """Return the versions of a community's rules, the latest first."""
    request.actor.require("communities.view")
    return {"items": list(get_community(community_id).rules_versions.order_by("-version"))}


@own.get(
    "/communities/{community_id}/people",
    response=GroupMemberPage,
    operation_id="communities.list_group_members",
)
def people(
    request: ApiRequest,
    community_id: UUID,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return who is in, newest first."""
    request.actor.require("communities.view")
    community = get_community(community_id)
    rows = GroupMember.objects.filter(community=community, left_at=None)
    found = cut_page(rows, order_by="-joined_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@own.put(
    "/community-people/{group_member_id}/role",
    response={204: None},
    operation_id="communities.change_role",
)
def role(request: ApiRequest, group_member_id: PersonId, body: RoleIn) -> object:
    """Give a person another role in the community that they are in."""
    change_role(**act_of(request), group_member_id=group_member_id, role=body.role)
    return 204, None


@own.get("/communities/{community_id}/links", response=LinkList, operation_id="communities.list_join_links")
def links(request: ApiRequest, community_id: UUID) -> object:
    """Return the open join links, each with its source."""
    request.actor.require("communities.view")
    rows = get_community(community_id).join_links.filter(closed_at=None).order_by("source")
    return {"items": [{"id": one.pk, "source": one.source, "url": _url_of(one.token)} for one in rows]}


@own.post(
    "/join-links/{uuid:link_id}/close", response={204: None}, operation_id="communities.close_join_link"
)
def close_link(request: ApiRequest, link_id: UUID) -> object:
    """Let nobody in through a link any more."""
    close_join_link(**act_of(request), link_id=link_id)
    return 204, None


def _url_of(token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('communities.join', args=[token])}"


@own.post("/communities/{community_id}/roster", response=RosterOut, operation_id="communities.import_roster")
def roster(request: ApiRequest, community_id: UUID, body: RosterIn) -> object:
    """Take over who is in from the platform."""
    return import_roster(
        **act_of(request),
        community_id=community_id,
        rows=[row.row() for row in body.rows],
        is_complete=body.is_complete,
    )


@own.post(
    "/communities/{community_id}/links", response={201: LinkOut}, operation_id="communities.create_join_link"
)
def link(request: ApiRequest, community_id: UUID, body: LinkIn) -> object:
    """Return the join link of a source, made when there is none."""
    made = create_join_link(**act_of(request), community_id=community_id, source=body.source)
    return 201, {"id": made.link_id, "url": _url_of(made.token)}


@own.post(
    "/communities/{community_id}/leave", response={204: None}, operation_id="communities.leave_community"
)
def leave(request: ApiRequest, community_id: UUID, body: MemberIn) -> object:
    """End a member's stay."""
    leave_community(**act_of(request), community_id=community_id, member_id=body.member_id)
    return 204, None


@own.get(
    "/communities/{community_id}/summary", response=SummaryOut, operation_id="communities.summarise_community"
)
def summary(
    request: ApiRequest, community_id: UUID, start: Day | None = None, end: Day | None = None
) -> object:
    """Return growth, activity and sales of local days; by default the last 30."""
    request.actor.require("communities.view")
    get_community(community_id)
    zone = get_brand().zone
    last = end or local_day(get_analysis_time(clock.now()), zone)
    first = start or date.fromordinal(max(last.toordinal() - 29, 1))
    with open_analysis() as analysis:
        return summarise_community(analysis, community_id, start=first, end=last, zone=zone)


router = Router()
# In this order: “health” would be taken for the id of a community.
PARTS = (
    message_imports_api.router,
    messages_api.router,
    service_api.router,
    sources_api.router,
    health_router,
    platforms_router,
    live_codes_router,
    own,
    plan_router,
)
for part in PARTS:
    router.add_router("", part)
