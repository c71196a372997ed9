"""What the API takes and gives for content."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from qunying.content.actions.approve_item import Checklist
from qunying.content.models import ContentItem, Material, Placement, Submission
from qunying.content.queries.get_effect import DEFAULT_WINDOW, WINDOWS
from qunying.kernel.wire import PLAIN, Day, Instant, Whole, YesNo

Line = Annotated[str, Field(max_length=200, pattern=PLAIN)]
Long = Annotated[str, Field(max_length=20_000, pattern=PLAIN)]
Address = Annotated[str, Field(max_length=500, pattern=PLAIN)]
PlatformName = Annotated[str, Field(max_length=30, pattern=r"^[a-z_]*$")]


class ItemIn(Schema, extra="forbid"):
    """What an item is to be."""

    title: Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
    brief: Annotated[str, Field(max_length=2000, pattern=PLAIN)] = ""
    kind: Literal[tuple(ContentItem.Kind.values)] = "article"  # type: ignore[valid-type]
    goal: Literal[tuple(ContentItem.Goal.values)] = "engage"  # type: ignore[valid-type]
    topic_kind: Literal[tuple(ContentItem.TopicKind.values)] = "evergreen"  # type: ignore[valid-type]
    topic: Annotated[str, Field(max_length=100, pattern=PLAIN)] = ""
    category: Literal[tuple(ContentItem.Category.values)] = "knowledge"  # type: ignore[valid-type]
    horizon: Literal[tuple(ContentItem.Horizon.values)] = "short"  # type: ignore[valid-type]
    segment_id: UUID | None = None


class ItemOut(Schema):
    """An item."""

    id: UUID
    title: str
    brief: str
    kind: str
    goal: str
    topic_kind: str
    topic: str
    category: str
    horizon: str
    segment_id: UUID | None
    state: str
    created_at: datetime
    changed_at: datetime
    published_at: datetime | None


class ItemPage(Schema):
    """A page of items."""

    items: list[ItemOut]
    next_cursor: str | None


class VariantIn(Schema, extra="forbid"):
    """What a variant says; pictures are materials of the library, in order."""

    title: Line = ""
    body: Long = ""
    link: Address = ""
    media_link: Address = ""
    material_ids: Annotated[list[UUID], Field(max_length=50)] = []


class VariantOut(Schema):
    """A variant."""

    platform: str
    title: str
    body: str
    link: str
    media_link: str


class PlacementOut(Schema):
    """Where and when."""

    id: UUID
    item_id: UUID
    platform: str
    community_id: UUID | None
    planned_at: datetime
    state: Literal[tuple(Placement.State.values)]  # type: ignore[valid-type]
    reason: str
    url: str
    published_at: datetime | None


class ItemDetail(ItemOut):
    """An item with its variants and places."""

    variants: list[VariantOut]
    placements: list[PlacementOut]


class PlaceIn(Schema, extra="forbid"):
    """Where and when: a community, or a platform."""

    planned_at: Instant
    platform: PlatformName = ""
    community_id: UUID | None = None


class TimeIn(Schema, extra="forbid"):
    """When."""

    planned_at: Instant


class UrlIn(Schema, extra="forbid"):
    """The address under which it was published."""

    url: Address = ""


class ReviewIn(Schema, extra="forbid"):
    """What the reviewer found. ``seen_changed_at`` refuses when the item was changed since it was read."""

    claims_true: YesNo
    rights_clear: YesNo
    title_fits: YesNo
    remark: Annotated[str, Field(max_length=1000, pattern=PLAIN)] = ""
    seen_changed_at: Instant | None = None

    def found(self) -> dict[str, Any]:
        """Return what the actions of a review take."""
        checklist = Checklist(self.claims_true, self.rights_clear, self.title_fits)
        return {"checklist": checklist, "remark": self.remark, "seen": self.seen_changed_at}


class WithdrawalIn(Schema, extra="forbid"):
    """Why."""

    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]


class LessonIn(Schema, extra="forbid"):
    """What was learnt, and how long after opening an order counts."""

    window_days: Annotated[Whole, Field(json_schema_extra={"enum": list(WINDOWS)})] = DEFAULT_WINDOW
    lesson: Annotated[str, Field(max_length=1000, pattern=PLAIN)] = ""


class EffectOut(Schema):
    """What an item did; sales in minor units."""

    exposures: int
    readers: int
    likes: int
    comments: int
    shares: int
    engaged: int
    clicks: int
    clickers: int
    buyers: int
    orders: int
    sales_minor: int
    share_readers: int
    share_orders: int
    share_sales_minor: int
    community_readers: int


class ContentIdOut(Schema):
    """The id of what was made or changed."""

    id: UUID


class WarningOut(Schema):
    """Something to look at in the calendar."""

    kind: str
    community_id: UUID
    day: date
    text: str


class PostOut(Schema):
    """One post in the calendar; its time is the brand's wall clock."""

    placement_id: UUID | None
    item_id: UUID | None
    title: str
    at: datetime
    place: str
    community_id: UUID | None
    state: str


class CalendarOut(Schema):
    """What goes where and when, and what the cadence rules say."""

    items: list[PostOut]
    warnings: list[WarningOut]


class RuleIn(Schema, extra="forbid"):
    """The cadence rule of a community, or of all without their own."""

    community_id: UUID | None = None
    most_per_day: Annotated[Whole, Field(ge=0, le=50)] = 2
    most_per_week: Annotated[Whole, Field(ge=0, le=200)] = 7
    least_per_week: Annotated[Whole, Field(ge=0, le=50)] = 1
    hours_between: Annotated[Whole, Field(ge=0, le=168)] = 3
    duplicate_days: Annotated[Whole, Field(ge=0, le=365)] = 14


class RuleRowOut(Schema):
    """A cadence rule; without a community it is the one of all."""

    community_id: UUID | None
    most_per_day: int
    most_per_week: int
    least_per_week: int
    hours_between: int
    duplicate_days: int


class RuleList(Schema):
    """The cadence rules."""

    items: list[RuleRowOut]


class RemovedOut(Schema):
    """Whether there was anything to remove."""

    removed: bool


class RuleOut(Schema):
    """Whose rule was set."""

    community_id: UUID | None


class MaterialOut(Schema):
    """A material of the library."""

    id: UUID
    kind: Literal[tuple(Material.Kind.values)]  # type: ignore[valid-type]
    name: str
    link: str
    rights: str
    rights_holder: str
    rights_until: date | None
    tags: list[str]


class MaterialPage(Schema):
    """A page of materials."""

    items: list[MaterialOut]
    next_cursor: str | None


class MaterialFactsIn(Schema, extra="forbid"):
    """What is known of a material."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
    rights: Literal[tuple(Material.Rights.values)] = "own"  # type: ignore[valid-type]
    rights_holder: Line = ""
    rights_until: Day | None = None
    tags: Annotated[list[Annotated[str, Field(max_length=40, pattern=PLAIN)]], Field(max_length=20)] = []


class PictureFactsIn(MaterialFactsIn):
    """What is known of a picture that is sent beside."""


class MaterialIn(MaterialFactsIn):
    """A material that lies elsewhere."""

    kind: Literal["video", "document"]
    link: Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN)]


class MaterialChangeIn(MaterialFactsIn):
    """A material as it shall be known from now on; a retired one is not offered any more."""

    link: Annotated[str, Field(max_length=500, pattern=PLAIN)] = ""
    retired: YesNo = False


class SubmissionOut(Schema):
    """What a member sent in."""

    id: UUID
    kind: str
    member_id: UUID
    title: str
    text: str
    state: Literal[tuple(Submission.State.values)]  # type: ignore[valid-type]
    is_purchase_verified: bool
    consent_text: str
    consent_at: datetime
    received_at: datetime
    points: int
    reason: str


class SubmissionPage(Schema):
    """A page of submissions."""

    items: list[SubmissionOut]
    next_cursor: str | None


class ThanksIn(Schema, extra="forbid"):
    """The thank-you."""

    points: Annotated[Whole, Field(ge=0, le=10_000)] = 0
    remark: Annotated[str, Field(max_length=500, pattern=PLAIN)] = ""


class ThanksOut(Schema):
    """What the member got."""

    id: UUID
    points: int


class RejectIn(Schema, extra="forbid"):
    """Why, for the member to read."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN)]


class CaseIn(Schema, extra="forbid"):
    """The case that asked for it."""

    reference: Annotated[str, Field(max_length=100, pattern=PLAIN)] = ""


class CommentOut(Schema):
    """What a member said below an item."""

    id: UUID
    item_id: UUID
    member_id: UUID
    text: str
    state: str
    created_at: datetime


class CommentPage(Schema):
    """A page of comments."""

    items: list[CommentOut]
    next_cursor: str | None
