"""The API's members: read as far as the key may see, changed by the actions that the console uses."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from qunying.kernel.paging import MAX_PAGE_SIZE
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, YesNo
from qunying.members.actions.add_identity import IdentityAdded, add_identity
from qunying.members.actions.change_attribute import AttributeChanged, change_attribute
from qunying.members.actions.change_consent import ConsentChanged, change_consent
from qunying.members.actions.create_member import MemberCreated, create_member
from qunying.members.actions.link_anonymous import link_anonymous
from qunying.members.actions.mark_staff_account import mark_staff_account
from qunying.members.actions.merge_members import MembersMerged, merge_members
from qunying.members.actions.tag_member import TagChanged, tag_member
from qunying.members.actions.undo_merge import undo_merge
from qunying.members.actions.untag_member import untag_member
from qunying.members.doors.data_requests_api import router as data_requests_router
from qunying.members.models import Attribute, Identity
from qunying.members.queries.describe_members import MemberView, describe_members
from qunying.members.queries.get_member import get_member, list_own_ids
from qunying.members.queries.get_profile import list_consent_states
from qunying.members.queries.list_members import MemberFilter, list_members
from qunying.stream.queries.list_timeline import list_timeline

router = Router()
router.add_router("", data_requests_router)
MOST_FILTERS = 10

type Text = Annotated[str, Field(max_length=500, pattern=PLAIN)]
type Word = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
type Pair = Annotated[str, Field(max_length=600, pattern=r"^[a-z][a-z0-9_]{0,63}=[^\x00]+$")]
type IdentityType = Literal[tuple(Identity.Type.values)]  # type: ignore[valid-type]
type Source = Literal[tuple(Attribute.Source.values)]  # type: ignore[valid-type]


class IdentityIn(Schema, extra="forbid"):
    """One way of knowing a member."""

    type: IdentityType
    value: Word
    verified: YesNo = False


class IdentityOut(Schema):
    """An identity; masked when the key may not see contacts."""

    id: int
    type: str
    value: str
    is_masked: bool
    verified_at: datetime | None


class AttributeOut(Schema):
    """The present value of an attribute."""

    name: str
    value: str
    source: str
    changed_at: datetime


class TagOut(Schema):
    """A tag and who put it there."""

    name: str
    source: str
    added_at: datetime


class MemberOut(Schema):
    """A member as far as the key may see."""

    id: UUID
    name: str
    is_pseudonym: bool
    first_seen_at: datetime
    created_at: datetime
    is_staff: bool
    identities: list[IdentityOut]
    attributes: list[AttributeOut]
    tags: list[TagOut]


class ConsentOut(Schema):
    """What a member said last about a kind of channel."""

    channel: str
    granted: bool
    text_hash: str
    changed_at: datetime


class MemberDetails(MemberOut):
    """A member with consents and all ids of their history."""

    consents: list[ConsentOut]
    own_ids: list[UUID]


class MemberList(Schema):
    """One page; ``is_cut`` when a search found more than it shows."""

    items: list[MemberOut]
    next_cursor: str | None
    is_cut: bool


class TimelineEntryOut(Schema):
    """One event; amounts in minor units."""

    id: UUID
    name: str
    occurred_at: datetime
    community_id: UUID | None
    campaign_id: UUID | None
    content_id: UUID | None
    product: str | None
    order_id: UUID | None
    quantity: int | None
    amount_minor: int | None
    currency: str | None
    properties: dict[str, str]
    backfill: bool


class TimelineOut(Schema):
    """One page of a timeline."""

    items: list[TimelineEntryOut]
    next_cursor: str | None


class MemberIn(Schema, extra="forbid"):
    """A new member."""

    name: Annotated[str, Field(max_length=100, pattern=PLAIN)] = ""
    identities: Annotated[list[IdentityIn], Field(max_length=20)] = []
    attributes: Annotated[dict[str, Text], Field(max_length=50)] = {}
    source: Source = "staff"


class AttributeIn(Schema, extra="forbid"):
    """The new value; empty takes the attribute away."""

    value: Text
    source: Source = "staff"


class ConsentIn(Schema, extra="forbid"):
    """What the member said, and the wording in front of them."""

    granted: YesNo
    text: Annotated[str, Field(min_length=1, max_length=5000, pattern=r"^[^\x00]+$")]


class MergeIn(Schema, extra="forbid"):
    """Who is the same person."""

    merged_id: UUID


class AnonymousIn(Schema, extra="forbid"):
    """Which visitor it was."""

    anonymous_id: UUID


class StaffAccountIn(Schema, extra="forbid"):
    """Whether it is one of us."""

    is_staff: YesNo


class ChangedOut(Schema):
    """Whether anything changed."""

    changed: bool


class IdOut(Schema):
    """Whose it is now."""

    member_id: UUID


@router.get("/members", response=MemberList, operation_id="members.list_members")
def list_all(
    request: ApiRequest,
    search: Annotated[str, Query(max_length=200, pattern=PLAIN)] = "",
    attribute: Annotated[list[Pair], Query(max_length=MOST_FILTERS, description="name=value")] = [],  # noqa: B006
    tag: Annotated[list[Word], Query(max_length=MOST_FILTERS)] = [],  # noqa: B006
    cursor: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE)] = 50,
) -> object:
    """Return a page of members: the newest, those who fulfil all filters, or those that a search means."""
    actor = request.actor
    actor.require("members.view")
    pairs = [text.partition("=") for text in dict.fromkeys(attribute)]
    conditions = MemberFilter(tuple((name, value) for name, _, value in pairs), tuple(dict.fromkeys(tag)))
    found = list_members(actor=actor, search=search, conditions=conditions, cursor=cursor or None, size=limit)
    members = describe_members(found.rows, actor, with_contacts=True)
    return {"items": members, "next_cursor": found.next_cursor, "is_cut": found.is_cut}


@router.post("/members", response={201: IdOut}, operation_id="members.create_member")
def create(request: ApiRequest, body: MemberIn) -> tuple[int, MemberCreated]:
    """Create a member."""
    created = create_member(
        **act_of(request),
        name=body.name,
        identities=[(each.type, each.value) for each in body.identities],
        attributes=body.attributes,
        source=body.source,
        verified=[(each.type, each.value) for each in body.identities if each.verified],
    )
    return 201, created


@router.get("/members/{uuid:member_id}", response=MemberDetails, operation_id="members.get_member")
def show(request: ApiRequest, member_id: UUID) -> object:
    """Return one member; for a merged one, who they are now."""
    actor = request.actor
    actor.require("members.view")
    member = get_member(member_id)
    view: MemberView = describe_members([member], actor, with_contacts=True)[0]
    return {
        **MemberOut.from_orm(view).dict(),
        "consents": list_consent_states(member.id),
        "own_ids": list_own_ids(member.id),
    }


@router.get("/members/{uuid:member_id}/timeline", response=TimelineOut, operation_id="members.list_timeline")
def read_timeline(
    request: ApiRequest,
    member_id: UUID,
    cursor: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE)] = 50,
) -> object:
    """Return a page of a member's events, the latest first, those of merged ids as well."""
    request.actor.require("members.view")
    found = list_timeline(get_member(member_id).id, cursor or None, limit)
    return {"items": found.entries, "next_cursor": found.next_cursor}


@router.put("/members/{uuid:member_id}/tags/{tag}", response=ChangedOut, operation_id="members.tag_member")
def tag(request: ApiRequest, member_id: UUID, tag: str) -> TagChanged:
    """Put a tag on a member."""
    return tag_member(**act_of(request), member_id=member_id, tag=tag)


@router.delete(
    "/members/{uuid:member_id}/tags/{tag}", response=ChangedOut, operation_id="members.untag_member"
)
def untag(request: ApiRequest, member_id: UUID, tag: str) -> TagChanged:
    """Take a tag off a member."""
    return untag_member(**act_of(request), member_id=member_id, tag=tag)


@router.put(
    "/members/{uuid:member_id}/attributes/{attribute}",
    response={200: dict[str, str]},
    operation_id="members.change_attribute",
)
def put_attribute(request: ApiRequest, member_id: UUID, attribute: str, body: AttributeIn) -> dict[str, str]:
    """Set an attribute of a member."""
    changed: AttributeChanged = change_attribute(
        **act_of(request), member_id=member_id, attribute=attribute, value=body.value, source=body.source
    )
    return {"attribute": changed.attribute, "old": changed.old, "new": changed.new}


@router.put(
    "/members/{uuid:member_id}/consents/{channel}",
    response={200: dict[str, str]},
    operation_id="members.change_consent",
)
def put_consent(request: ApiRequest, member_id: UUID, channel: str, body: ConsentIn) -> dict[str, str]:
    """Enter what a member said about being contacted on a kind of channel."""
    said: ConsentChanged = change_consent(
        **act_of(request), member_id=member_id, channel=channel, granted=body.granted, text=body.text
    )
    return {"channel": said.channel, "old": said.old, "new": said.new, "text_hash": said.text_hash}


@router.post(
    "/members/{uuid:member_id}/identities", response={201: IdOut}, operation_id="members.add_identity"
)
def identify(request: ApiRequest, member_id: UUID, body: IdentityIn) -> tuple[int, IdentityAdded]:
    """Make a member known in one more way."""
    return 201, add_identity(
        **act_of(request), member_id=member_id, type=body.type, value=body.value, verified=body.verified
    )


@router.post(
    "/members/{uuid:member_id}/merge", response={200: dict[str, UUID]}, operation_id="members.merge_members"
)
def merge(request: ApiRequest, member_id: UUID, body: MergeIn) -> dict[str, UUID]:
    """Make another member this one; answers with the merge's id, for undoing it."""
    merged: MembersMerged = merge_members(**act_of(request), kept_id=member_id, merged_id=body.merged_id)
    return {"merge_id": merged.merge_id, "kept_id": merged.kept_id, "merged_id": merged.merged_id}


@router.post(
    "/members/merges/{uuid:merge_id}/undo",
    response={200: dict[str, UUID]},
    operation_id="members.undo_merge",
)
def undo(request: ApiRequest, merge_id: UUID) -> dict[str, UUID]:
    """Take a merge back."""
    undone = undo_merge(**act_of(request), merge_id=merge_id)
    return {"merge_id": undone.merge_id, "kept_id": undone.kept_id, "merged_id": undone.merged_id}


@router.post("/members/{uuid:member_id}/anonymous", response=IdOut, operation_id="members.link_anonymous")
def recognise(request: ApiRequest, member_id: UUID, body: AnonymousIn) -> dict[str, UUID]:
    """Let the history of a visitor count as a member's."""
    linked = link_anonymous(**act_of(request), anonymous_id=body.anonymous_id, member_id=member_id)
    return {"member_id": linked}


@router.put(
    "/members/{uuid:member_id}/staff-account",
    response=ChangedOut,
    operation_id="members.mark_staff_account",
)
def mark(request: ApiRequest, member_id: UUID, body: StaffAccountIn) -> dict[str, bool]:
    """Mark a staff or test account, or take the mark off."""
    return {"changed": mark_staff_account(**act_of(request), member_id=member_id, is_staff=body.is_staff)}
