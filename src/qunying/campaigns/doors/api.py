"""The API's campaigns."""

from dataclasses import asdict
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from qunying.campaigns.actions.add_lesson import add_lesson
from qunying.campaigns.actions.add_task import add_task
from qunying.campaigns.actions.approve_campaign import approve_campaign
from qunying.campaigns.actions.cancel_campaign import cancel_campaign
from qunying.campaigns.actions.change_plan import change_plan
from qunying.campaigns.actions.change_stage import change_stage
from qunying.campaigns.actions.change_task import change_task
from qunying.campaigns.actions.claim_offer import claim_offer
from qunying.campaigns.actions.close_campaign import close_campaign
from qunying.campaigns.actions.confirm_audience import confirm_audience
from qunying.campaigns.actions.create_campaign import create_campaign
from qunying.campaigns.actions.finish_task import finish_task
from qunying.campaigns.actions.launch_campaign import launch_campaign
from qunying.campaigns.actions.reject_campaign import reject_campaign
from qunying.campaigns.actions.remove_task import remove_task
from qunying.campaigns.actions.submit_campaign import submit_campaign
from qunying.campaigns.actions.withdraw_campaign import withdraw_campaign
from qunying.campaigns.doors.shapes import (
    CampaignOut,
    CampaignPage,
    ClaimIn,
    ClaimOut,
    ClosedOut,
    CountIn,
    DoneIn,
    IdOut,
    LaunchedOut,
    LessonIn,
    PlanIn,
    PreflightOut,
    ReasonIn,
    RemarkIn,
    ReportOut,
    StageIn,
    SubmittedOut,
    TaskIn,
    TaskList,
)
from qunying.campaigns.models import State
from qunying.campaigns.plan import Plan
from qunying.campaigns.queries.describe_campaign import describe_campaign
from qunying.campaigns.queries.get_campaign import get_campaign
from qunying.campaigns.queries.get_preflight import get_preflight
from qunying.campaigns.queries.get_report import get_report, report_time
from qunying.campaigns.queries.list_campaigns import list_campaigns
from qunying.kernel import clock
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Instant

router = Router()


class StateFilter(Schema, extra="forbid"):
    """Which campaigns to list."""

    state: Literal[tuple(State.values)] | None = None  # type: ignore[valid-type]
    cursor: Annotated[str | None, Field(max_length=500)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.get("/campaigns", response=CampaignPage, operation_id="campaigns.list_campaigns")
def list_all(request: ApiRequest, wanted: Query[StateFilter]) -> object:
    """Return campaigns, newest first."""
    request.actor.require("campaigns.view")
    rows = list_campaigns(states=[wanted.state] if wanted.state else [])
    found = cut_page(rows, order_by="-created_at", cursor=wanted.cursor, size=wanted.limit)
    return {"items": [describe_campaign(row) for row in found.rows], "next_cursor": found.next_cursor}


@router.post("/campaigns", response={201: IdOut}, operation_id="campaigns.create_campaign")
def create(request: ApiRequest, body: PlanIn) -> object:
    """Write a new plan."""
    return 201, {"id": create_campaign(**act_of(request), plan=_plan(body)).campaign_id}


@router.get("/campaigns/{campaign_id}", response=CampaignOut, operation_id="campaigns.get_campaign")
def get_one(request: ApiRequest, campaign_id: UUID) -> object:
    """Return a campaign."""
    request.actor.require("campaigns.view")
    return describe_campaign(get_campaign(campaign_id))


@router.put("/campaigns/{campaign_id}", response={204: None}, operation_id="campaigns.change_plan")
def change(request: ApiRequest, campaign_id: UUID, body: PlanIn) -> object:
    """Replace the plan of a draft."""
    change_plan(**act_of(request), campaign_id=campaign_id, plan=_plan(body))
    return 204, None


def _plan(body: PlanIn) -> Plan:
    values = body.dict()
    return Plan(**{**values, "community_ids": tuple(values["community_ids"])})


@router.get(
    "/campaigns/{campaign_id}/preflight", response=PreflightOut, operation_id="campaigns.get_preflight"
)
def preflight(request: ApiRequest, campaign_id: UUID) -> object:
    """Say what a launch now would meet."""
    request.actor.require("campaigns.view")
    found = get_preflight(campaign_id, clock.now())
    return {**asdict(found), "may_launch": found.may_launch}


@router.post(
    "/campaigns/{campaign_id}/audience", response={204: None}, operation_id="campaigns.confirm_audience"
)
def confirm(request: ApiRequest, campaign_id: UUID, body: CountIn) -> object:
    """Confirm the number of members in the audience."""
    confirm_audience(**act_of(request), campaign_id=campaign_id, count=body.count)
    return 204, None


@router.post(
    "/campaigns/{campaign_id}/submit", response=SubmittedOut, operation_id="campaigns.submit_campaign"
)
def submit(request: ApiRequest, campaign_id: UUID) -> object:
    """Hand a plan in for approval."""
    return submit_campaign(**act_of(request), campaign_id=campaign_id)


@router.post(
    "/campaigns/{campaign_id}/approve", response={204: None}, operation_id="campaigns.approve_campaign"
)
def approve(request: ApiRequest, campaign_id: UUID, body: RemarkIn) -> object:
    """Approve a plan; above the brand's limit, only somebody who did not work on it may."""
    approve_campaign(
        **act_of(request), campaign_id=campaign_id, remark=body.remark, seen=body.seen_changed_at
    )
    return 204, None


@router.post(
    "/campaigns/{campaign_id}/reject", response={204: None}, operation_id="campaigns.reject_campaign"
)
def reject(request: ApiRequest, campaign_id: UUID, body: ReasonIn) -> object:
    """Send a plan back."""
    reject_campaign(**act_of(request), campaign_id=campaign_id, reason=body.reason)
    return 204, None


@router.post(
    "/campaigns/{campaign_id}/withdraw", response={204: None}, operation_id="campaigns.withdraw_campaign"
)
def withdraw(request: ApiRequest, campaign_id: UUID) -> object:
    """Make a plan a draft again."""
    withdraw_campaign(**act_of(request), campaign_id=campaign_id)
    return 204, None


@router.post(
    "/campaigns/{campaign_id}/cancel", response={204: None}, operation_id="campaigns.cancel_campaign"
)
def cancel(request: ApiRequest, campaign_id: UUID, body: ReasonIn) -> object:
    """Give a plan up before it runs."""
    cancel_campaign(**act_of(request), campaign_id=campaign_id, reason=body.reason)
    return 204, None


@router.post(
    "/campaigns/{campaign_id}/launch", response=LaunchedOut, operation_id="campaigns.launch_campaign"
)
def launch(request: ApiRequest, campaign_id: UUID) -> object:
    """Launch an approved campaign."""
    return launch_campaign(**act_of(request), campaign_id=campaign_id)


@router.post("/campaigns/{campaign_id}/close", response=ClosedOut, operation_id="campaigns.close_campaign")
def close(request: ApiRequest, campaign_id: UUID) -> object:
    """Close a running campaign."""
    return close_campaign(**act_of(request), campaign_id=campaign_id)


@router.post(
    "/campaigns/{campaign_id}/claims", response={201: ClaimOut}, operation_id="campaigns.claim_offer"
)
def claim(request: ApiRequest, campaign_id: UUID, body: ClaimIn) -> object:
    """Give a member the offer; those who were not invited are refused."""
    return 201, claim_offer(
        **act_of(request), campaign_id=campaign_id, member_id=body.member_id, by_post=body.by_post
    )


@router.get("/campaigns/{campaign_id}/report", response=ReportOut, operation_id="campaigns.get_report")
def report(request: ApiRequest, campaign_id: UUID, as_of: Instant | None = None) -> object:
    """Report what a campaign did, against those who were held out."""
    request.actor.require("campaigns.view")
    return asdict(get_report(campaign_id, as_of or report_time(get_campaign(campaign_id), clock.now())))


@router.post("/campaigns/{campaign_id}/lessons", response={201: IdOut}, operation_id="campaigns.add_lesson")
def lesson(request: ApiRequest, campaign_id: UUID, body: LessonIn) -> object:
    """Note a highlight, a shortfall or a lesson."""
    return 201, {"id": add_lesson(**act_of(request), campaign_id=campaign_id, **body.dict()).lesson_id}


@router.put("/campaigns/{campaign_id}/stages", response={204: None}, operation_id="campaigns.change_stage")
def stage(request: ApiRequest, campaign_id: UUID, body: StageIn) -> object:
    """Set the days of one of the four stages."""
    change_stage(**act_of(request), campaign_id=campaign_id, **body.dict())
    return 204, None


@router.get("/campaigns/{campaign_id}/tasks", response=TaskList, operation_id="campaigns.list_tasks")
def tasks(request: ApiRequest, campaign_id: UUID) -> object:
    """Return the tasks of a campaign by due day."""
    request.actor.require("campaigns.view")
    return {"items": list(get_campaign(campaign_id).tasks.order_by("due_on", "id"))}


@router.post("/campaigns/{campaign_id}/tasks", response={201: IdOut}, operation_id="campaigns.add_task")
def new_task(request: ApiRequest, campaign_id: UUID, body: TaskIn) -> object:
    """Add a task to a stage."""
    return 201, {"id": add_task(**act_of(request), campaign_id=campaign_id, **body.dict()).task_id}


@router.put("/campaign-tasks/{task_id}", response={204: None}, operation_id="campaigns.change_task")
def put_task(request: ApiRequest, task_id: UUID, body: TaskIn) -> object:
    """Replace what a task says."""
    change_task(**act_of(request), task_id=task_id, **body.dict())
    return 204, None


@router.post("/campaign-tasks/{task_id}/done", response={204: None}, operation_id="campaigns.finish_task")
def done(request: ApiRequest, task_id: UUID, body: DoneIn) -> object:
    """Tick a task off, or open it again."""
    finish_task(**act_of(request), task_id=task_id, done=body.done)
    return 204, None


@router.delete("/campaign-tasks/{task_id}", response={204: None}, operation_id="campaigns.remove_task")
def drop_task(request: ApiRequest, task_id: UUID) -> object:
    """Take a task off the list."""
    remove_task(**act_of(request), task_id=task_id)
    return 204, None
