"""The API's tiers: the policy, its next version, a member's tier."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from qunying.kernel import clock
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Instant, Whole
from qunying.rewards.actions.promise_tier import promise_tier
from qunying.rewards.actions.publish_tier_policy import publish_tier_policy
from qunying.rewards.actions.write_tier_policy import write_tier_policy
from qunying.rewards.doors.api_shapes import IdOut, Reason
from qunying.rewards.doors.earning_api import RuleTimeIn, RuleTimeOut
from qunying.rewards.queries.get_tier import get_tier, list_levels
from qunying.rewards.tiers.drafting import (
    MOST_DAYS,
    MOST_GROWTH,
    MOST_LEVELS,
    LevelWording,
    TierPolicyNotFound,
    TierWording,
    present_policy,
)

router = Router()
Growth = Annotated[Whole, Field(ge=0, le=MOST_GROWTH)]
Days = Annotated[Whole, Field(ge=0, le=MOST_DAYS)]


class LevelIn(Schema, extra="forbid"):
    """A tier: what it takes to enter and to keep (None: what the preset says), and what it gives."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    name: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00]+$")]
    enter: Growth
    enter_orders: Annotated[Whole, Field(ge=0, le=100_000)] = 0
    keep: Growth | None = None
    keep_orders: Annotated[Whole, Field(ge=0, le=100_000)] | None = None
    benefits: Annotated[list[Annotated[str, Field(max_length=200, pattern=PLAIN)]], Field(max_length=20)] = []
    birthday_points: Growth = 0


class TierPolicyIn(Schema, extra="forbid"):
    """A preset with tiers from the lowest up."""

    preset: Literal["immediate", "half_year", "yearly", "rolling"]
    levels: Annotated[list[LevelIn], Field(min_length=2, max_length=MOST_LEVELS)]
    warning_days: Days | None = None
    grace_days: Days | None = None


class LevelOut(Schema):
    """A tier and how many members have it; the lowest is also everybody's without growth value."""

    code: str
    name: str
    enter: int
    enter_orders: int
    keep: int
    keep_orders: int
    benefits: list[str]
    birthday_points: int
    members: int | None


class TierPolicyOut(Schema):
    """The policy in force."""

    id: UUID
    number: int
    preset: str
    since: datetime | None
    levels: list[LevelOut]


class TierOut(Schema):
    """A member's tier, what the next one takes and adds, and what is missing to keep this one."""

    member_id: UUID
    code: str
    name: str
    benefits: list[str]
    birthday_points: int
    since: datetime
    valid_until: datetime | None
    grace_until: datetime | None
    promised_until: datetime | None
    growth: int
    orders: int
    next_name: str
    next_enter: int
    missing: int | None
    missing_orders: int
    progress: float
    adds: list[str]
    keep_growth: int
    keep_missing: int
    keep_missing_orders: int


class PromiseIn(Schema, extra="forbid"):
    """A tier that a member has at least until an instant, and why."""

    level: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00]+$")]
    until: Instant
    reason: Reason


class PromiseOut(Schema):
    """The tier that the member has now."""

    level: str


@router.get("/tiers/policy", response=TierPolicyOut, operation_id="rewards.get_tier_policy")
def policy(request: ApiRequest) -> object:
    """Return the policy in force."""
    request.actor.require("rewards.view")
    row = present_policy(clock.now())
    if row is None:
        raise TierPolicyNotFound
    shown = {"id": row.id, "number": row.number, "preset": row.preset, "since": row.since}
    return {**shown, "levels": list_levels(row)}


@router.post("/tiers/policies", response={201: IdOut}, operation_id="rewards.write_tier_policy")
def write(request: ApiRequest, body: TierPolicyIn) -> object:
    """Write the draft of the next policy."""
    levels = tuple(
        LevelWording(**{**level.dict(), "benefits": tuple(level.benefits)}) for level in body.levels
    )
    wording = TierWording(
        preset=body.preset, levels=levels, warning_days=body.warning_days, grace_days=body.grace_days
    )
    policy_id = write_tier_policy(**act_of(request), wording=wording)
    return Status(201, {"id": policy_id})


@router.post(
    "/tiers/policies/{policy_id}/publish", response=RuleTimeOut, operation_id="rewards.publish_tier_policy"
)
def publish(request: ApiRequest, policy_id: UUID, body: RuleTimeIn) -> object:
    """Let the drafted policy begin."""
    at = publish_tier_policy(**act_of(request), policy_id=policy_id, since=body.at)
    return {"at": at}


@router.get("/tiers/of/{member_id}", response=TierOut, operation_id="rewards.get_tier")
def tier(request: ApiRequest, member_id: UUID) -> object:
    """Return a member's tier."""
    request.actor.require("rewards.view")
    found = get_tier(member_id, clock.now())
    if found is None:
        raise TierPolicyNotFound
    return found


@router.post("/tiers/of/{member_id}/promise", response=PromiseOut, operation_id="rewards.promise_tier")
def promise(request: ApiRequest, member_id: UUID, body: PromiseIn) -> object:
    """Promise a member a tier for a while."""
    level = promise_tier(**act_of(request), member_id=member_id, **body.dict())
    return {"level": level}
