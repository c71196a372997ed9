"""What the API's segments look like on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from qunying.kernel.wire import PLAIN, Instant, Whole, YesNo

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
Words = Annotated[str, Field(max_length=500, pattern=PLAIN)]
Long = Annotated[str, Field(max_length=1000, pattern=PLAIN)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
RuleIn = Annotated[dict[str, Any], Field(description="A rule; its JSON Schema is at /segments/schema.")]


class SegmentIn(Schema, extra="forbid"):
    """A new segment; without a rule a fixed list."""

    name: Name
    slug: Slug | None = None
    rule: RuleIn | None = None
    description: Long = ""
    aim: Words = ""
    offers: Words = ""
    owner_id: UUID | None = None


class SegmentPatch(Schema, extra="forbid"):
    """What is to change; what is left out stays. ``seen_version`` refuses when somebody else was faster."""

    name: Name | None = None
    rule: RuleIn | None = None
    description: Long | None = None
    aim: Words | None = None
    offers: Words | None = None
    owner_id: UUID | None = None
    no_owner: YesNo = False
    seen_version: Annotated[Whole, Field(ge=0, le=2**31 - 1)] | None = None


class SegmentOut(Schema):
    """A segment."""

    id: UUID
    slug: str
    name: str
    kind: str
    description: str
    rule: dict[str, Any] | None
    rule_version: int
    aim: str
    offers: str
    owner_id: UUID | None
    count: int | None
    refreshed_at: datetime | None
    refreshed_as_of: datetime | None
    archived_at: datetime | None


class SegmentPage(Schema):
    """A page of segments."""

    items: list[SegmentOut]
    next_cursor: str | None


class SavedOut(Schema):
    """The segment as it is now."""

    segment_id: UUID
    slug: str
    rule_version: int


class RefreshedOut(Schema):
    """How many are in, came and went."""

    segment_id: UUID
    count: int
    entered: int
    left: int
    as_of: datetime


class ArchiveIn(Schema, extra="forbid"):
    """Put away, or take out again."""

    restore: YesNo = False


class EntriesIn(Schema, extra="forbid"):
    """Member ids, customer numbers, e-mail addresses, phones or platform ids, mixed as they come."""

    entries: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=200_000)]
    mode: Literal["replace", "add", "remove"] = "replace"


class EntriesOut(Schema):
    """What became of the list; at most 1000 of the entries that fit nobody."""

    segment_id: UUID
    count: int
    entered: int
    left: int
    unmatched: list[str]
    unmatched_count: int


class MemberOut(Schema):
    """A member of a segment."""

    member_id: UUID
    entered_at: datetime


class MemberPage(Schema):
    """A page of members."""

    items: list[MemberOut]
    next_cursor: str | None


class ChangeOut(Schema):
    """Somebody entered or left."""

    member_id: UUID
    entered: bool
    at: datetime


class ChangePage(Schema):
    """A page of the log."""

    items: list[ChangeOut]
    next_cursor: str | None


class VersionOut(Schema):
    """A rule that the segment has or had."""

    version: int
    rule: dict[str, Any]
    changed_at: datetime
    changed_by: str


class VersionList(Schema):
    """All versions, the latest first."""

    items: list[VersionOut]


class PreviewIn(Schema, extra="forbid"):
    """A rule, and the instant to look back from (the brand's analysis time when left out)."""

    rule: RuleIn
    as_of: Instant | None = None


class SampleOut(Schema):
    """One of the members found."""

    member_id: UUID
    name: str


class PreviewOut(Schema):
    """How many members a rule finds."""

    count: int
    sample: list[SampleOut]
    as_of: datetime


class ScoresOut(Schema):
    """A member's scores and stage at the last run."""

    member_id: UUID
    recency_days: int | None
    frequency: int
    monetary_minor: int
    r: int | None
    f: int | None
    m: int | None
    stage: str
    as_of: datetime


class ScoresRefreshedOut(Schema):
    """What the run did."""

    members: int
    stage_changes: int
    as_of: datetime


class StageIn(Schema, extra="forbid"):
    """A stage and its rule; the last one has none and takes whoever is left."""

    stage: Literal["potential", "new", "active", "loyal", "dormant", "churned"]
    rule: RuleIn | None = None


class DefinitionsIn(Schema, extra="forbid"):
    """The six stages in the order in which they are asked, and how members are scored."""

    stages: Annotated[list[StageIn], Field(min_length=6, max_length=6)]
    window_days: Annotated[Whole, Field(ge=1, le=3650)] | None = None
    bins: Annotated[Whole, Field(ge=3, le=10)] = 5


class DefinitionsOut(Schema):
    """The newest definitions; version 0 are the ones that Qunying begins with."""

    version: int
    stages: list[dict[str, Any]]
    window_days: int | None
    bins: int


class DefinitionsSaved(Schema):
    """The new version."""

    version: int
    valid_from: datetime


class ReadyMadeIn(Schema, extra="forbid"):
    """Which ready-made segments to make (all when left out), and a segment for each of these countries."""

    slugs: Annotated[list[Slug], Field(max_length=50)] | None = None
    countries: Annotated[list[Name], Field(max_length=50)] = []


class ReadyMadeOut(Schema):
    """The segments that were made."""

    slugs: list[str]
