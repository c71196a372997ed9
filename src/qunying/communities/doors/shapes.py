"""The shapes of what the API and the webhooks of communities take and answer."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Path, Schema
from pydantic import AliasChoices, Field

from qunying.communities.models import (
    Community,
    GroupMember,
    MatchDoubt,
)
from qunying.communities.profile import MAX_CAPACITY, CommunityProfile
from qunying.communities.roster_rows import RosterRow
from qunying.kernel.wire import PLAIN, Instant, Whole, YesNo

Slug = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[a-z0-9_-]+$")]
Text = Annotated[str, Field(max_length=500, pattern=PLAIN)]


class CommunityIn(Schema, extra="forbid"):
    """What a community says of itself."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
    kind: Literal[tuple(Community.Kind.values)]  # type: ignore[valid-type]
    platform: Slug
    positioning: Text = ""
    value: Text = ""
    member_types: Annotated[str, Field(max_length=300, pattern=PLAIN)] = ""
    activity_forms: Annotated[str, Field(max_length=300, pattern=PLAIN)] = ""
    tags: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=30, pattern=PLAIN)]], Field(max_length=20)
    ] = []
    rules: Annotated[str, Field(max_length=10_000, pattern=PLAIN)] = ""
    capacity: Annotated[Whole, Field(ge=1, le=MAX_CAPACITY)] = 500
    planned_size: Annotated[Whole, Field(ge=1, le=MAX_CAPACITY)] | None = None
    platform_group_id: Annotated[str, Field(max_length=200, pattern=PLAIN)] = ""
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
    platform: str = Field(validation_alias=AliasChoices("platform_id", "platform"))
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

    source: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]


class LinkOut(Schema):
    """A join link."""

    id: UUID
    url: str


class SourcedLinkOut(LinkOut):
    """A join link with the source that it stands for."""

    source: str


class LinkList(Schema):
    """The open join links of a community."""

    items: list[SourcedLinkOut]


PersonId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class RoleIn(Schema, extra="forbid"):
    """The role of a person in a community."""

    role: Literal[tuple(GroupMember.Role.values)]  # type: ignore[valid-type]


class PersonIn(Schema, extra="forbid"):
    """One person of a roster."""

    platform_user_id: Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
    nickname: Annotated[str, Field(max_length=200, pattern=PLAIN)] = ""
    role: Literal[tuple(GroupMember.Role.values)] | None = None  # type: ignore[valid-type]
    source: Annotated[str, Field(max_length=100, pattern=PLAIN)] = ""
    invited_by: Annotated[str, Field(max_length=200, pattern=PLAIN)] = ""
    joined_at: Instant | None = None
    left_at: Instant | None = None
    identities: dict[
        Literal["wecom", "unionid", "openid", "platform_user", "phone", "email", "shop_customer"],
        Annotated[str, Field(max_length=200, pattern=PLAIN)],
    ] = {}

    def row(self) -> RosterRow:
        """Return the person as rosters hold them."""
        fields = self.dict()
        return RosterRow(**{**fields, "role": fields["role"] or ""})


class RosterIn(Schema, extra="forbid"):
    """Who is in; with ``is_complete``, whoever is not named has left."""

    rows: Annotated[list[PersonIn], Field(max_length=5000)]
    is_complete: YesNo = False


class RosterOut(Schema):
    """What the roster changed."""

    rows: int
    joined: int
    left: int
    already_in: int
    known_members: int
    repeated: int
    changed: int
    doubtful: int
    ignored: int


class GroupMemberOut(Schema):
    """One person's stay."""

    id: int
    platform_user_id: str
    nickname: str
    role: str
    source: str
    invited_by: str
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


class StateIn(Schema, extra="forbid"):
    """The next state of a community, and why."""

    state: Literal[tuple(Community.State.values)]  # type: ignore[valid-type]
    reason: Annotated[str, Field(max_length=300, pattern=PLAIN)] = ""


class RulesVersionOut(Schema):
    """The rules as they were from an instant on."""

    version: int
    text: str
    valid_from: datetime


class RulesVersionList(Schema):
    """All versions, the latest first."""

    items: list[RulesVersionOut]


class LiveCodeIn(Schema, extra="forbid"):
    """Where a live code is seen and where it leads, in order."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
    source: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
    community_ids: Annotated[list[UUID], Field(min_length=1, max_length=50)]
    guide_id: UUID | None = None


class LiveCodeChange(Schema, extra="forbid"):
    """Where a live code leads from now on."""

    community_ids: Annotated[list[UUID], Field(min_length=1, max_length=50)]
    guide_id: UUID | None = None


class RouteOut(Schema):
    """One community of a live code and its room."""

    community_id: UUID
    name: str
    people: int
    capacity: int
    room: int


class LiveCodeOut(Schema):
    """A live code."""

    id: UUID
    name: str
    source: str
    guide_id: UUID | None
    url: str
    routes: list[RouteOut]


class LiveCodeList(Schema):
    """All open live codes."""

    items: list[LiveCodeOut]


class FeedIn(Schema, extra="forbid"):
    """Which program it is."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]


class FeedMade(Schema):
    """A feed: where its program posts to, and the secret that it signs with (Standard Webhooks)."""

    id: UUID
    url: str
    secret: str


class FeedOut(Schema):
    """A feed without its secret."""

    id: UUID
    name: str
    url: str
    heard_at: datetime | None


class FeedList(Schema):
    """The open feeds of a community."""

    items: list[FeedOut]


class DoubtOut(Schema):
    """A person of a roster who may be a member."""

    id: int
    community_id: UUID
    platform_user_id: str
    nickname: str
    member_id: UUID
    reason: str
    evidence: dict[str, str]
    raised_at: datetime


class DoubtPage(Schema):
    """A page of open questions, the latest first."""

    items: list[DoubtOut]
    next_cursor: str | None


class DecisionIn(Schema, extra="forbid"):
    """The answer; ``other`` names the member."""

    decision: Literal[tuple(MatchDoubt.Decision.values)]  # type: ignore[valid-type]
    member_id: UUID | None = None
