"""What the API's campaigns take and give."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from qunying.campaigns.models import Lesson, StageKind
from qunying.campaigns.plan import (
    BASIS_POINTS,
    DEFAULT_HOLDOUT,
    LARGEST_BUDGET_MINOR,
    LARGEST_HOLDOUT,
    LARGEST_TARGET,
    LONGEST_DAYS,
    MOST_COMMUNITIES,
    AudienceKind,
    Metric,
)
from qunying.kernel.wire import PLAIN, Day, Instant, Whole, YesNo

Share = Annotated[Whole, Field(ge=0, le=BASIS_POINTS)]
Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN)]


class PlanIn(Schema, extra="forbid"):
    """A campaign plan; see ``Plan`` for units: basis points, minor units, days in the brand's zone."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
    goal_metric: Literal[tuple(Metric.values)]  # type: ignore[valid-type]
    goal_target: Annotated[Whole, Field(ge=1, le=LARGEST_TARGET)]
    goal_by: Day
    starts_on: Day
    ends_on: Day
    audience_kind: Literal[tuple(AudienceKind.values)]  # type: ignore[valid-type]
    segment_id: UUID | None = None
    community_ids: Annotated[list[UUID], Field(max_length=MOST_COMMUNITIES)] = []
    theme: Annotated[str, Field(max_length=200, pattern=PLAIN)] = ""
    selling_points: Annotated[str, Field(max_length=2000, pattern=PLAIN)] = ""
    offer_id: UUID | None = None
    channel_id: UUID | None = None
    message_template_id: UUID | None = None
    post_template_id: UUID | None = None
    holdout_basis_points: Annotated[Whole, Field(ge=0, le=LARGEST_HOLDOUT)] = DEFAULT_HOLDOUT
    no_holdout_reason: Annotated[str, Field(max_length=500, pattern=PLAIN)] = ""
    budget_minor: Annotated[Whole, Field(ge=0, le=LARGEST_BUDGET_MINOR)] = 0
    measurement_days: Annotated[Whole, Field(ge=1, le=LONGEST_DAYS)] = 30
    expected_claim_basis_points: Share | None = None
    expected_redemption_basis_points: Share | None = None


class CampaignOut(Schema):
    """A campaign: its plan, and how far it has come."""

    id: UUID
    state: str
    name: str
    goal_metric: str
    goal_target: int
    goal_by: date
    starts_on: date
    ends_on: date
    audience_kind: str
    segment_id: UUID | None
    community_ids: list[UUID]
    theme: str
    selling_points: str
    offer_id: UUID | None
    channel_id: UUID | None
    message_template_id: UUID | None
    post_template_id: UUID | None
    holdout_basis_points: int
    no_holdout_reason: str
    budget_minor: int
    currency: str
    measurement_days: int
    expected_claim_basis_points: int | None
    expected_redemption_basis_points: int | None
    confirmed_count: int | None
    launched_at: datetime | None
    closed_at: datetime | None
    measured_by: str
    treatment_count: int | None
    control_count: int | None
    is_simulated: bool
    changed_at: datetime


class CampaignPage(Schema):
    """A page of campaigns."""

    items: list[CampaignOut]
    next_cursor: str | None


class IdOut(Schema):
    """The id of what was made."""

    id: UUID


class CountIn(Schema, extra="forbid"):
    """The number of members in the audience."""

    count: Annotated[Whole, Field(ge=0, le=10**9)]


class SubmittedOut(Schema):
    """Whether another person must approve."""

    campaign_id: UUID
    needs_second_person: bool


class ReasonIn(Schema, extra="forbid"):
    """Why."""

    reason: Reason


class RemarkIn(Schema, extra="forbid"):
    """What goes with an approval. ``seen_changed_at`` refuses when the plan was changed since it was read."""

    remark: Annotated[str, Field(max_length=500, pattern=PLAIN)] = ""
    seen_changed_at: Instant | None = None


class LaunchedOut(Schema):
    """The arms, and what is on its way."""

    campaign_id: UUID
    launched_at: datetime
    audience: int
    treatment: int
    control: int
    outside: int
    measured_by: str
    planned_messages: int
    planned_posts: int


class ClosedOut(Schema):
    """What will not go out, and what went back."""

    campaign_id: UUID
    closed_at: datetime
    cancelled_sends: int
    returned_minor: int


class ClaimIn(Schema, extra="forbid"):
    """Who claims, and whether they came through the open link of a post."""

    member_id: UUID
    by_post: YesNo = False


class ClaimOut(Schema):
    """The coupon that the member has now."""

    campaign_id: UUID
    member_id: UUID
    coupon_id: UUID
    valid_until: datetime


class LessonIn(Schema, extra="forbid"):
    """What a campaign taught."""

    kind: Literal[tuple(Lesson.Kind.values)]  # type: ignore[valid-type]
    area: Literal[tuple(Lesson.Area.values)]  # type: ignore[valid-type]
    text: Annotated[str, Field(min_length=1, max_length=2000, pattern=PLAIN)]


class StageIn(Schema, extra="forbid"):
    """When a stage takes place."""

    stage: Literal[tuple(StageKind.values)]  # type: ignore[valid-type]
    starts_on: Day
    ends_on: Day


class TaskIn(Schema, extra="forbid"):
    """A task of a stage."""

    stage: Literal[tuple(StageKind.values)]  # type: ignore[valid-type]
    title: Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
    due_on: Day
    owner_id: UUID | None = None


class DoneIn(Schema, extra="forbid"):
    """Whether the task is done."""

    done: YesNo = True


class TaskOut(Schema):
    """A task."""

    id: UUID
    stage: str
    title: str
    owner_id: UUID | None
    due_on: date
    done_at: datetime | None


class TaskList(Schema):
    """All tasks of a campaign."""

    items: list[TaskOut]


class PreflightOut(Schema):
    """What a launch now would meet; the parts are described in ``measuring/preflight.py``."""

    campaign_id: UUID
    at: datetime
    may_launch: bool
    audience: dict[str, Any]
    arms: dict[str, Any]
    reach: dict[str, Any] | None
    fatigue: dict[str, Any] | None
    power: dict[str, Any] | None
    offer: dict[str, Any] | None
    findings: list[dict[str, str]]


class ReportOut(Schema):
    """What a campaign did; the parts are described in ``measuring/report.py``."""

    campaign: dict[str, Any]
    as_of: datetime
    window: dict[str, Any]
    design: dict[str, Any]
    verdict: Literal["proven_positive", "proven_negative", "not_proven"]
    verdict_reason: str
    goal: dict[str, Any]
    arms: list[dict[str, Any]]
    effects: dict[str, dict[str, Any]]
    cost: dict[str, int]
    net_effect: dict[str, Any]
    sample_ratio: dict[str, Any]
    sends: dict[str, int]
    posts: dict[str, int]
    year_on_year: dict[str, Any] | None
    lessons: list[dict[str, Any]]
    method: list[str]
