"""Requests about campaigns."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from qunying.campaigns.actions.add_task import add_task
from qunying.campaigns.actions.submit_campaign import submit_campaign
from qunying.campaigns.models import Campaign
from qunying.campaigns.tests.make import (
    launch,
    make_approved,
    make_audience,
    make_campaign,
    make_message,
    make_segment,
    run,
)
from qunying.kernel import clock
from tests.api.examples import Example, example

DAY = timedelta(days=1)


def plan_body(**changes: Any) -> dict[str, Any]:
    """A plan as a program sends it."""
    today = clock.now().date()
    return {
        "name": "Spring",
        "goal_metric": "orders_per_member",
        "goal_target": 1_000,
        "goal_by": str(today + 30 * DAY),
        "starts_on": str(today),
        "ends_on": str(today + 14 * DAY),
        "audience_kind": "segment",
        "segment_id": str(make_segment([])),
        **changes,
    }


def days() -> dict[str, Any]:
    """The days of a plan around now."""
    today = clock.now().date()
    return {"starts_on": today, "ends_on": today + 14 * DAY, "goal_by": today + 30 * DAY}


def draft() -> Campaign:
    """A plan that is being written, for one member."""
    segment = make_segment([member.id for member in make_audience(1)])
    return make_campaign(segment_id=segment, message_template_id=make_message(), now=clock.now(), **days())


def submitted() -> UUID:
    """A plan that waits for approval."""
    campaign = draft()
    Campaign.objects.filter(pk=campaign.pk).update(confirmed_count=1)
    run(submit_campaign, now=clock.now(), campaign_id=campaign.id)
    return campaign.id


def approved() -> tuple[Campaign, list[UUID]]:
    """An approved campaign with an offer, and its audience."""
    people = [member.id for member in make_audience(2)]
    return make_approved(
        people, now=clock.now(), holdout_basis_points=0, no_holdout_reason="few", **days()
    ), people


def running() -> tuple[Campaign, list[UUID]]:
    """A campaign that runs, and its audience."""
    campaign, people = approved()
    launch(campaign, now=clock.now())
    return campaign, people


def task() -> UUID:
    """A task of a draft."""
    today = clock.now().date()
    made = run(add_task, campaign_id=draft().id, stage="prepare", title="Print", due_on=today)
    return UUID(str(made.task_id))


@example("campaigns.list_campaigns")
def list_campaigns() -> Example:
    draft()
    return Example(query={"state": "draft", "limit": 5})


@example("campaigns.create_campaign")
def create() -> Example:
    body = plan_body()
    return Example(body=body, other={**body, "name": "Summer"})


@example("campaigns.get_campaign")
def get_one() -> Example:
    return Example({"campaign_id": draft().id})


@example("campaigns.change_plan")
def change_plan() -> Example:
    body = plan_body()
    return Example({"campaign_id": draft().id}, body=body, other={**body, "name": "Summer"})


@example("campaigns.get_preflight")
def preflight() -> Example:
    return Example({"campaign_id": draft().id})


@example("campaigns.confirm_audience")
def confirm() -> Example:
    return Example({"campaign_id": draft().id}, body={"count": 1}, other={"count": 2})


@example("campaigns.submit_campaign")
def submit() -> Example:
    campaign = draft()
    Campaign.objects.filter(pk=campaign.pk).update(confirmed_count=1)
    return Example({"campaign_id": campaign.id})


@example("campaigns.approve_campaign")
def approve() -> Example:
    return Example({"campaign_id": submitted()}, body={"remark": "Good"}, other={"remark": "Very good"})


@example("campaigns.reject_campaign")
def reject() -> Example:
    return Example({"campaign_id": submitted()}, body={"reason": "Too dear"}, other={"reason": "Too late"})


@example("campaigns.withdraw_campaign")
def withdraw() -> Example:
    return Example({"campaign_id": submitted()})


@example("campaigns.cancel_campaign")
def cancel() -> Example:
    return Example({"campaign_id": draft().id}, body={"reason": "No time"}, other={"reason": "No money"})


@example("campaigns.launch_campaign")
def launch_one() -> Example:
    return Example({"campaign_id": approved()[0].id})


@example("campaigns.close_campaign")
def close() -> Example:
    return Example({"campaign_id": running()[0].id})


@example("campaigns.claim_offer")
def claim() -> Example:
    campaign, people = running()
    first, second = ({"member_id": str(member_id)} for member_id in people)
    return Example({"campaign_id": campaign.id}, body=first, other=second)


@example("campaigns.get_report")
def report() -> Example:
    return Example({"campaign_id": running()[0].id})


@example("campaigns.add_lesson")
def lesson() -> Example:
    body = {"kind": "lesson", "area": "planning", "text": "Earlier next time"}
    return Example({"campaign_id": running()[0].id}, body=body, other={**body, "text": "Later next time"})


@example("campaigns.change_stage")
def stage() -> Example:
    today = clock.now().date()
    body = {"stage": "prepare", "starts_on": str(today), "ends_on": str(today + DAY)}
    return Example({"campaign_id": draft().id}, body=body, other={**body, "ends_on": str(today)})


@example("campaigns.list_tasks")
def tasks() -> Example:
    return Example({"campaign_id": draft().id})


def task_body(title: str) -> dict[str, Any]:
    """A task as a program sends it."""
    return {"stage": "prepare", "title": title, "due_on": str(clock.now().date())}


@example("campaigns.add_task")
def new_task() -> Example:
    return Example({"campaign_id": draft().id}, body=task_body("Print"), other=task_body("Pack"))


@example("campaigns.change_task")
def change_task() -> Example:
    return Example({"task_id": task()}, body=task_body("Print again"), other=task_body("Pack"))


@example("campaigns.finish_task")
def finish() -> Example:
    return Example({"task_id": task()}, body={"done": True}, other={"done": False})


@example("campaigns.remove_task")
def remove() -> Example:
    return Example({"task_id": task()})
