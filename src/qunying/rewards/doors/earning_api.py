"""The API's rules of earning, what they have given, and orders of the past."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from qunying.engines.earning import PERMILLE, Basis, Counted, Operator, Scope
from qunying.kernel import clock
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Day, Instant, Limit, Whole
from qunying.rewards.actions.discard_earning_rule import discard_earning_rule
from qunying.rewards.actions.end_earning_rule import end_earning_rule
from qunying.rewards.actions.publish_earning_rule import publish_earning_rule
from qunying.rewards.actions.start_past_earning import start_past_earning
from qunying.rewards.actions.write_earning_rule import write_earning_rule
from qunying.rewards.earning.drafting import MOST_UNITS, RuleWording, read_engine_rule
from qunying.rewards.earning.past_orders import preview_past_orders
from qunying.rewards.queries.list_earning_rules import list_earning_rules, list_earnings, rule_state
from qunying.rewards.wording import MAX_DAYS

router = Router()
Word = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
Words = Annotated[list[Word], Field(max_length=200)]
Units = Annotated[Whole, Field(ge=1, le=MOST_UNITS)]


class ConditionIn(Schema, extra="forbid"):
    """field: product, tier, amount, quantity or a property of the event."""

    field: Word
    operator: Operator
    values: Annotated[list[Word], Field(min_length=1, max_length=200)]


class AcceleratorIn(Schema, extra="forbid"):
    """When more is given: all that is said has to hold. permille 2,000 is twice as much; weekdays from Monday = 0."""

    name: Word
    permille: Annotated[Whole, Field(gt=PERMILLE, le=100 * PERMILLE)]
    first_day: Day | None = None
    last_day: Day | None = None
    weekdays: Annotated[list[Annotated[Whole, Field(ge=0, le=6)]], Field(max_length=7)] = []
    month_days: Annotated[list[Annotated[Whole, Field(ge=1, le=31)]], Field(max_length=31)] = []
    tiers: Words = []
    birthday: Literal["", "day", "month"] = ""
    conditions: Annotated[list[ConditionIn], Field(max_length=10)] = []


class CapIn(Schema, extra="forbid"):
    """The most within a scope, in units or in times."""

    scope: Scope
    most: Annotated[Whole, Field(ge=0, le=10**12)]
    counted: Counted = "units"


class EngineRuleIn(Schema, extra="forbid"):
    """units for every ``per`` of the basis: minor units of the currency, pieces, or the event itself."""

    event: Word
    basis: Basis
    units: Units
    per: Units = 1
    currency: Annotated[str, Field(pattern="^([A-Z]{3})?$")] = ""
    least: Annotated[Whole, Field(ge=0, le=MOST_UNITS)] = 0
    conditions: Annotated[list[ConditionIn], Field(max_length=20)] = []
    accelerators: Annotated[list[AcceleratorIn], Field(max_length=20)] = []
    combine: Literal["highest", "add"] = "highest"
    caps: Annotated[list[CapIn], Field(max_length=20)] = []


class EarningRuleIn(Schema, extra="forbid"):
    """A rule, or with ``follows`` the next version of the one that a version belongs to."""

    name: Word
    asset: Literal["points", "growth"]
    rule: EngineRuleIn
    wait_days: Annotated[Whole, Field(ge=0, le=MAX_DAYS)] = 0
    valid_days: Annotated[Whole, Field(ge=0, le=MAX_DAYS)] | None = None
    follows: UUID | None = None


class EarningRuleWrittenOut(Schema):
    """The draft and its place among the versions of its rule."""

    rule_id: UUID
    series: UUID
    version: int


class RuleTimeIn(Schema, extra="forbid"):
    """From when on; now when nothing is said."""

    at: Instant | None = None


class RuleTimeOut(Schema):
    """From when on."""

    at: datetime


class EarningRuleOut(Schema):
    """A version of a rule, and what all its versions have given."""

    id: UUID
    series: UUID
    version: int
    name: str
    asset: str
    event: str
    state: str
    terms: dict[str, Any]
    wait_days: int
    valid_days: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    times: int
    units: int


class EarningRulesOut(Schema):
    """Every rule once."""

    items: list[EarningRuleOut]


class EarningOut(Schema):
    """What one event earned under a rule, and why so much."""

    id: UUID
    series: UUID
    version: int
    event_id: UUID
    asset: str
    units: int
    taken_back: int
    order_id: UUID | None
    product: str
    occurred_at: datetime
    earned_at: datetime
    steps: list[dict[str, Any]]


class EarningPage(Schema):
    """A page of earnings, newest first."""

    items: list[EarningOut]
    next_cursor: str | None


class PastPreviewOut(Schema):
    """What orders of the past would earn, before returns are taken off."""

    orders: int
    members: int
    points: int
    growth: int
    already_earned: int
    is_cut: bool


class PastEarningIn(Schema, extra="forbid"):
    """Which orders, and what the preview said they earn."""

    placed_from: Instant
    placed_until: Instant
    points: Annotated[Whole, Field(ge=0, le=10**15)]
    growth: Annotated[Whole, Field(ge=0, le=10**15)]


class PastEarningOut(Schema):
    """The run."""

    run_id: UUID


@router.get("/earning/rules", response=EarningRulesOut, operation_id="rewards.list_earning_rules")
def rules(request: ApiRequest) -> object:
    """Return the rules: of each the version in force, else the last one."""
    request.actor.require("rewards.view")
    now = clock.now()
    names = ("id", "series", "version", "name", "asset", "event", "terms", "wait_days", "valid_days", "starts_at",
             "ends_at")  # fmt: skip
    items = [
        {
            **{name: getattr(each.rule, name) for name in names},
            "state": rule_state(each.rule, now),
            "times": each.times,
            "units": each.units,
        }
        for each in list_earning_rules(now)
    ]
    return {"items": items}


@router.post(
    "/earning/rules", response={201: EarningRuleWrittenOut}, operation_id="rewards.write_earning_rule"
)
def write(request: ApiRequest, body: EarningRuleIn) -> object:
    """Write a draft of a rule."""
    wording = RuleWording(
        name=body.name,
        asset=body.asset,
        rule=read_engine_rule(body.rule.dict()),
        wait_days=body.wait_days,
        valid_days=body.valid_days,
    )
    written = write_earning_rule(**act_of(request), wording=wording, follows=body.follows)
    return Status(201, written)


@router.post(
    "/earning/rules/{rule_id}/publish", response=RuleTimeOut, operation_id="rewards.publish_earning_rule"
)
def publish(request: ApiRequest, rule_id: UUID, body: RuleTimeIn) -> object:
    """Put a draft into force."""
    at = publish_earning_rule(**act_of(request), rule_id=rule_id, starts_at=body.at)
    return {"at": at}


@router.post("/earning/rules/{rule_id}/end", response=RuleTimeOut, operation_id="rewards.end_earning_rule")
def end(request: ApiRequest, rule_id: UUID, body: RuleTimeIn) -> object:
    """End a rule."""
    at = end_earning_rule(**act_of(request), rule_id=rule_id, ends_at=body.at)
    return {"at": at}


@router.delete("/earning/rules/{rule_id}", response={204: None}, operation_id="rewards.discard_earning_rule")
def discard(request: ApiRequest, rule_id: UUID) -> object:
    """Throw a draft away."""
    discard_earning_rule(**act_of(request), rule_id=rule_id)
    return Status(204, None)


@router.get("/earning/of/{member_id}", response=EarningPage, operation_id="rewards.list_earnings")
def earnings(
    request: ApiRequest,
    member_id: UUID,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return what a member has earned, with the reasons, newest first."""
    request.actor.require("rewards.view")
    found = cut_page(list_earnings(member_id), order_by="-earned_at", cursor=cursor, size=limit)
    names = ("id", "series", "event_id", "asset", "units", "taken_back", "order_id", "product", "occurred_at",
             "earned_at", "steps")  # fmt: skip
    items = [
        {**{name: getattr(row, name) for name in names}, "version": row.rule.version} for row in found.rows
    ]
    return {"items": items, "next_cursor": found.next_cursor}


@router.get("/earning/past", response=PastPreviewOut, operation_id="rewards.preview_past_earning")
def past(
    request: ApiRequest, placed_from: Annotated[Instant, Query()], placed_until: Annotated[Instant, Query()]
) -> object:
    """Return what the orders placed in a time would earn under the rules in force now."""
    request.actor.require("rewards.view")
    return preview_past_orders(placed_from, placed_until, now=clock.now())


@router.post("/earning/past", response={202: PastEarningOut}, operation_id="rewards.start_past_earning")
def start_past(request: ApiRequest, body: PastEarningIn) -> object:
    """Let the orders placed in a time earn, agreeing to what the preview said."""
    run_id = start_past_earning(**act_of(request), **body.dict())
    return Status(202, {"run_id": run_id})
