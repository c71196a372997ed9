"""What the API's boards take and give."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from qunying.content.boards.profile import MAX_POSITION
from qunying.content.models import Board, Topic
from qunying.kernel.wire import PLAIN, Whole, YesNo


class BoardIn(Schema, extra="forbid"):
    """What a board is."""

    name: Annotated[str, Field(min_length=1, max_length=40, pattern=PLAIN)]
    purpose: Annotated[str, Field(max_length=200, pattern=PLAIN)] = ""
    rules: Annotated[str, Field(max_length=2000, pattern=PLAIN)] = ""
    position: Annotated[Whole, Field(ge=0, le=MAX_POSITION)] = 100
    state: Literal[tuple(Board.State.values)] = "open"  # type: ignore[valid-type]
    community_id: UUID | None = None
    is_mirror: YesNo = False
    agreed_note: Annotated[str, Field(max_length=200, pattern=PLAIN)] = ""


class BoardOut(Schema):
    """A board."""

    id: UUID
    name: str
    purpose: str
    rules: str
    position: int
    state: str
    community_id: UUID | None
    is_mirror: bool


class BoardList(Schema):
    """All boards."""

    items: list[BoardOut]


class IdOut(Schema):
    """The id of what was made."""

    id: UUID


class PersonIn(Schema, extra="forbid"):
    """A member or one of the staff."""

    member_id: UUID | None = None
    staff_id: UUID | None = None


class DutyOut(Schema):
    """Who keeps order on a board, since when."""

    id: int
    member_id: UUID | None
    staff_id: UUID | None
    appointed_at: datetime


class DutyList(Schema):
    """Who keeps order on a board."""

    items: list[DutyOut]


class PostIn(Schema, extra="forbid"):
    """A new thread; without a member it is the brand's own."""

    member_id: UUID | None = None
    title: Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
    text: Annotated[str, Field(min_length=1, max_length=20_000, pattern=PLAIN)]
    topics: Annotated[list[Annotated[str, Field(max_length=40, pattern=PLAIN)]], Field(max_length=10)] = []
    is_question: YesNo = False


class ReplyIn(Schema, extra="forbid"):
    """A reply; without a member it is the brand's own."""

    member_id: UUID | None = None
    text: Annotated[str, Field(min_length=1, max_length=20_000, pattern=PLAIN)]


class EditIn(ReplyIn):
    """New words for a post; a title for a thread."""

    title: Annotated[str, Field(max_length=200, pattern=PLAIN)] = ""


class PostedOut(Schema):
    """What became of it."""

    post_id: UUID
    thread_id: UUID
    state: str
    reasons: list[str]


class PostOut(Schema):
    """A post: a thread when it has no ``thread_id``."""

    id: UUID
    board_id: UUID
    thread_id: UUID | None
    quoted_id: UUID | None
    member_id: UUID | None
    title: str
    text: str
    state: str
    is_question: bool
    is_pinned: bool
    is_locked: bool
    posted_at: datetime
    edited_at: datetime | None
    reply_count: int
    like_count: int
    answered_at: datetime | None
    answer_id: UUID | None


class PostPage(Schema):
    """A page of posts."""

    items: list[PostOut]
    next_cursor: str | None


class MemberIn(Schema, extra="forbid"):
    """Which member."""

    member_id: UUID


class AcceptIn(Schema, extra="forbid"):
    """Who accepts; nobody means the staff."""

    member_id: UUID | None = None


class LikedOut(Schema):
    """How many like it now, and whether this changed it."""

    thread_id: UUID
    likes: int
    changed: bool


class ReferenceIn(Schema, extra="forbid"):
    """What the hiding belongs to."""

    reference: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]


class PostIds(Schema):
    """The posts concerned."""

    post_ids: list[UUID]


class ChangedOut(Schema):
    """Whether anything changed."""

    changed: bool


class SwitchIn(Schema, extra="forbid"):
    """On or off."""

    on: YesNo


class TopicIn(Schema, extra="forbid"):
    """A topic to put up."""

    name: Annotated[str, Field(min_length=1, max_length=40, pattern=PLAIN)]
    purpose: Annotated[str, Field(max_length=200, pattern=PLAIN)] = ""
    source: Literal[tuple(Topic.Source.values)] = "hot_event"  # type: ignore[valid-type]
    is_hidden: YesNo = False


class HeatOut(Schema):
    """How a topic is doing."""

    name: str
    people: int
    posts: int
    expected: float
    score: float
    people_before: int
    is_hot: bool


class HeatList(Schema):
    """Topics of the last 24 hours, the hottest first."""

    items: list[HeatOut]


class VoiceOut(Schema):
    """One person and what others made of what they said."""

    person: str
    is_member: bool
    people: int
    responded: int
    spoken: int
    accepted: int
    score: float


class VoiceList(Schema):
    """People, the most recognised first."""

    items: list[VoiceOut]


class GroupQuestionOut(Schema):
    """A question in a platform group."""

    message_id: UUID
    community_id: UUID
    asked_at: datetime
    replies: int
    answered_at: datetime | None


class GroupQuestionList(Schema):
    """Questions, newest first."""

    items: list[GroupQuestionOut]
