"""The shapes of plans of communities and of platforms."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from qunying.communities.doors.shapes import Slug, Text
from qunying.communities.models import CommunityTarget, GroupMember, Permission, Platform
from qunying.communities.profile import MAX_CAPACITY
from qunying.kernel.wire import PLAIN, Day, Whole, YesNo


class DutiesIn(Schema, extra="forbid"):
    """What a role does and may do."""

    role: Literal[tuple(GroupMember.Role.values)]  # type: ignore[valid-type]
    duties: Annotated[str, Field(max_length=1000, pattern=PLAIN)]
    permissions: Annotated[list[Literal[tuple(Permission.values)]], Field(max_length=20)]  # type: ignore[valid-type]


class DutiesOut(Schema):
    """A role, what it does, what it may do, and whether that is the usual."""

    role: str
    duties: str
    permissions: list[str]
    is_usual: bool


class DutiesList(Schema):
    """All roles of a community."""

    items: list[DutiesOut]


class TargetIn(Schema, extra="forbid"):
    """What is to be reached; no value takes the target away."""

    measure: Literal[tuple(CommunityTarget.Measure.values)]  # type: ignore[valid-type]
    start: Day
    end: Day
    value: Annotated[Decimal, Field(ge=0, le=100_000_000_000, decimal_places=4, max_digits=15)] | None


class TargetOut(Schema):
    """A target and what was reached; rates are ratios 0–1, sales minor units."""

    measure: str
    start: date
    end: date
    value: float
    actual: float | None
    share: float | None


class DriveIn(Schema, extra="forbid"):
    """A recruitment drive; with its id it is changed."""

    drive_id: UUID | None = None
    source: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
    start: Day
    end: Day
    target: Annotated[Whole, Field(ge=1, le=MAX_CAPACITY)]
    cost_minor: Annotated[Whole, Field(ge=0, le=10**12)] = 0
    note: Annotated[str, Field(max_length=300, pattern=PLAIN)] = ""


class DriveOut(Schema):
    """A recruitment drive and what it brought; money in minor units."""

    id: UUID
    source: str
    start: date
    end: date
    target: int
    cost_minor: int
    note: str
    joined: int
    stayed: int
    cost_each_minor: float | None


class PlanOut(Schema):
    """Targets and drives of a community with what became of them."""

    targets: list[TargetOut]
    drives: list[DriveOut]


class DriveIdIn(Schema, extra="forbid"):
    """Which drive."""

    drive_id: UUID


class PlatformIn(Schema, extra="forbid"):
    """What the registry says of a platform; judgements 1–5; empty texts show the shipped wording."""

    type: Literal[tuple(Platform.Type.values)]  # type: ignore[valid-type]
    name: Annotated[str, Field(max_length=60, pattern=PLAIN)] = ""
    audience: Text = ""
    strengths: Text = ""
    quotas: Text = ""
    purposes: Annotated[list[Literal[tuple(Platform.Purpose.values)]], Field(max_length=10)] = []  # type: ignore[valid-type]
    abilities: Annotated[list[Literal[tuple(Platform.Ability.values)]], Field(max_length=10)] = []  # type: ignore[valid-type]
    reach: Annotated[Whole, Field(ge=1, le=5)] = 3
    interaction: Annotated[Whole, Field(ge=1, le=5)] = 3
    cost: Annotated[Whole, Field(ge=1, le=5)] = 3
    age_from: Annotated[Whole, Field(ge=0, le=120)] = 18
    age_until: Annotated[Whole, Field(ge=0, le=120)] = 60
    core_sexes: Annotated[list[Slug], Field(max_length=5)] = []
    core_city_tiers: Annotated[list[Slug], Field(max_length=10)] = []
    group_capacity: Annotated[Whole, Field(ge=1, le=MAX_CAPACITY)] | None = None
    is_offered: YesNo = True


class PlatformOut(PlatformIn):
    """A platform of the registry."""

    slug: str


class PlatformList(Schema):
    """The registry."""

    items: list[PlatformOut]


class ChoiceIn(Schema, extra="forbid"):
    """What a platform does in the layout."""

    platform: Slug
    purpose: Literal[tuple(Platform.Purpose.values)]  # type: ignore[valid-type]
    segment_id: UUID | None = None
    target: Annotated[str, Field(max_length=300, pattern=PLAIN)] = ""
    content_forms: Annotated[str, Field(max_length=300, pattern=PLAIN)] = ""
    topics: Annotated[str, Field(max_length=300, pattern=PLAIN)] = ""
    frequency: Annotated[str, Field(max_length=100, pattern=PLAIN)] = ""
    reasons: Annotated[str, Field(max_length=1000, pattern=PLAIN)] = ""
    owner_id: UUID | None = None


class ComparedOut(Schema):
    """A platform with its points (0–100) and the scores (0–5) behind them."""

    platform: str
    total: float
    scores: dict[str, float]
    points: dict[str, float]


class PlacementOut(Schema):
    """The platform recommended for a purpose, and why."""

    purpose: str
    platform: str
    total: float
    runner_up: str | None
    lead: float
    because: dict[str, float]
    steady: bool
    groups: int


class ComparisonOut(Schema):
    """Platforms compared for a segment, best first, and the layout that follows."""

    people: int | None
    platforms: list[ComparedOut]
    layout: list[PlacementOut]
