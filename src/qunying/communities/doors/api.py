"""The API's communities."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import Field

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.communities.actions.change_community import change_community
from qunying.communities.actions.create_community import create_community
from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.import_roster import RosterRow, import_roster
from qunying.communities.actions.join_by_link import join_by_link
from qunying.communities.actions.leave_community import leave_community
from qunying.communities.doors import messages_api
from qunying.communities.models import Community, GroupMember
from qunying.communities.profile import MAX_CAPACITY, CommunityProfile
from qunying.communities.queries.get_community import get_community, list_communities
from qunying.communities.queries.summarise_community import summarise_community
from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.clock import local_day
from qunying.kernel.paging import cut_page
from qunying.kernel.web import command_id_of
from qunying.kernel.wire import Day, Instant
from qunying.stream.lake import open_analysis

router = Router()
router.add_router("", messages_api.router)
Text = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]


class CommunityIn(Schema, extra="forbid"):
    """What a community says of itself."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
    kind: Literal[tuple(Community.Kind.values)]  # type: ignore[valid-type]
    platform: Annotated[str, Field(max_length=20, pattern=r"^[a-z0-9_-]+$")]
    positioning: Text = ""
    value: Text = ""
    member_types: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""
    activity_forms: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""
    tags: Annotated[list[Annotated[str, Field(min_length=1, max_length=30)]], Field(max_length=20)] = []
    rules: Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")] = ""
    capacity: Annotated[int, Field(ge=1, le=MAX_CAPACITY)] = 500
    planned_size: Annotated[int, Field(ge=1, le=MAX_CAPACITY)] | None = None
    platform_group_id: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""
    join_address: Text = ""
    state: Literal[tuple(Community.State.values)] = "forming"  # type: ignore[valid-type]
    channel_id: UUID | None = None

    def profile(self) -> CommunityProfile:
        """Return what was sent."""
        fields = self.dict()
        return CommunityProfile(**{**fields, "tags": tuple(fields["tags"])})


class CommunityOut(Schema):
    """A community."""

    id: UUID
    name: str
    kind: str
    platform: str = Field(validation_alias="platform_id")
    positioning: str
    value: str
    member_types: str
    activity_forms: str
    tags: list[str]
    rules: str
    capacity: int
    planned_size: int | None
    platform_group_id: str
    join_address: str
    state: str
    channel_id: UUID | None


class CommunityWithSize(CommunityOut):
    """A community and how many are in it."""

    people: int
    members: int


class CommunityList(Schema):
    """All communities."""

    items: list[CommunityWithSize]


class IdOut(Schema):
    """The id of what was made."""

    id: UUID


class LinkIn(Schema, extra="forbid"):
    """Where the link will be seen."""

    source: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class LinkOut(Schema):
    """A join link."""

    id: UUID
    url: str


class PersonIn(Schema, extra="forbid"):
    """One person of a roster."""

    platform_user_id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    nickname: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""
    role: Literal[tuple(GroupMember.Role.values)] = "member"  # type: ignore[valid-type]
    source: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] = ""
    joined_at: Instant | None = None
    identities: dict[
        Literal["wecom", "platform_user", "phone", "email", "shop_customer"],
        Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")],
    ] = {}


class RosterIn(Schema, extra="forbid"):
    """Who is in; with ``is_complete``, whoever is not named has left."""

    rows: Annotated[list[PersonIn], Field(max_length=5000)]
    is_complete: bool = False


class RosterOut(Schema):
    """What the roster changed."""

    rows: int
    joined: int
    left: int
    already_in: int
    known_members: int
    repeated: int


class GroupMemberOut(Schema):
    """One person's stay."""

    id: int
    platform_user_id: str
    nickname: str
    role: str
    source: str
    joined_at: datetime
    left_at: datetime | None
    member_id: UUID | None


class GroupMemberPage(Schema):
    """A page of people."""

    items: list[GroupMemberOut]
    next_cursor: str | None


class MemberIn(Schema, extra="forbid"):
    """Which member."""

    member_id: UUID


class JoinIn(MemberIn):
    """Which member, through which link."""

    token: Annotated[str, Field(max_length=43, pattern=r"^[\w-]*$")]


class JoinedOut(Schema):
    """Whether the member was in before."""

    community_id: UUID
    already: bool


class SummaryOut(Schema):
    """Figures of a period; money in minor units."""

    people: int
    members: int
    joined: int
    left: int
    active: int
    buyers: int
    orders: int
    sales_minor: int
    sources: dict[str, int]


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


@router.get("/communities", response=CommunityList, operation_id="communities.list_communities")
def list_all(request: HttpRequest) -> object:
    """Return all communities by name, with their sizes."""
    _actor(request).require("communities.view")
    sizes = list_communities()
    return {
        "items": [
            {**CommunityOut.from_orm(size.community).dict(), "people": size.people, "members": size.members}
            for size in sizes
        ]
    }


@router.post("/communities", response={201: IdOut}, operation_id="communities.create_community")
def create(request: HttpRequest, body: CommunityIn) -> object:
    """Set up a community."""
    created = create_community(
        command_id=command_id_of(request),
        actor=_actor(request),
        now=clock.now(),
        profile=body.profile(),
    )
    return 201, {"id": created.community_id}


# Before the paths with an id: “join” would be taken for one.
@router.post("/communities/join", response=JoinedOut, operation_id="communities.join_by_link")
def join(request: HttpRequest, body: JoinIn) -> object:
    """Let a member in through a join link."""
    return join_by_link(
        command_id=command_id_of(request),
        actor=_actor(request),
        now=clock.now(),
        token=body.token,
        member_id=body.member_id,
    )


@router.get("/communities/{community_id}", response=CommunityOut, operation_id="communities.get_community")
def get_one(request: HttpRequest, community_id: UUID) -> object:
    """Return a community."""
    _actor(request).require("communities.view")
    return get_community(community_id)


@router.put("/communities/{community_id}", response={204: None}, operation_id="communities.change_community")
def change(request: HttpRequest, community_id: UUID, body: CommunityIn) -> object:
    """Replace what a community says of itself."""
    change_community(
        command_id=command_id_of(request),
        actor=_actor(request),
        now=clock.now(),
        community_id=community_id,
        profile=body.profile(),
    )
    return 204, None


@router.get(
    "/communities/{community_id}/people",
    response=GroupMemberPage,
    operation_id="communities.list_group_members",
)
def people(
    request: HttpRequest,
    community_id: UUID,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> object:
    """Return who is in, newest first."""
    _actor(request).require("communities.view")
    community = get_community(community_id)
    rows = GroupMember.objects.filter(community=community, left_at=None)
    found = cut_page(rows, order_by="-joined_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post(
    "/communities/{community_id}/roster", response=RosterOut, operation_id="communities.import_roster"
)
def roster(request: HttpRequest, community_id: UUID, body: RosterIn) -> object:
    """Take over who is in from the platform."""
    return import_roster(
        command_id=command_id_of(request),
        actor=_actor(request),
        now=clock.now(),
        community_id=community_id,
        rows=[RosterRow(**row.dict()) for row in body.rows],
        is_complete=body.is_complete,
    )


@router.post(
    "/communities/{community_id}/links", response={201: LinkOut}, operation_id="communities.create_join_link"
)
def link(request: HttpRequest, community_id: UUID, body: LinkIn) -> object:
    """Return the join link of a source, made when there is none."""
    made = create_join_link(
        command_id=command_id_of(request),
        actor=_actor(request),
        now=clock.now(),
        community_id=community_id,
        source=body.source,
    )
    return 201, {
        "id": made.link_id,
        "url": f"{settings.PUBLIC_URL}{reverse('communities.join', args=[made.token])}",
    }


@router.post(
    "/communities/{community_id}/leave", response={204: None}, operation_id="communities.leave_community"
)
def leave(request: HttpRequest, community_id: UUID, body: MemberIn) -> object:
    """End a member's stay."""
    leave_community(
        command_id=command_id_of(request),
        actor=_actor(request),
        now=clock.now(),
        community_id=community_id,
        member_id=body.member_id,
    )
    return 204, None


@router.get(
    "/communities/{community_id}/summary", response=SummaryOut, operation_id="communities.summarise_community"
)
def summary(
    request: HttpRequest, community_id: UUID, start: Day | None = None, end: Day | None = None
) -> object:
    """Return growth, activity and sales of local days; by default the last 30."""
    _actor(request).require("communities.view")
    get_community(community_id)
    zone = get_brand().zone
    last = end or local_day(get_analysis_time(clock.now()), zone)
    first = start or date.fromordinal(max(last.toordinal() - 29, 1))
    with open_analysis() as analysis:
        return summarise_community(analysis, community_id, start=first, end=last, zone=zone)
