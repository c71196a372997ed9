"""Plans: what cannot be, what a new one comes with, how it changes."""

from datetime import date, timedelta
from typing import Any

import pytest

from qunying.accounts.tests.make import make_staff
from qunying.campaigns.actions.add_task import BadTask, add_task
from qunying.campaigns.actions.change_plan import change_plan
from qunying.campaigns.actions.change_stage import BadStage, change_stage
from qunying.campaigns.actions.change_task import TaskNotFound, change_task
from qunying.campaigns.actions.finish_task import finish_task
from qunying.campaigns.actions.remove_task import remove_task
from qunying.campaigns.drafting import WrongState
from qunying.campaigns.models import Campaign, Stage, State, Task
from qunying.campaigns.plan import (
    BadAudience,
    BadBudget,
    BadDates,
    BadHoldout,
    DayOutOfRange,
    PostNeedsCommunities,
    UnknownGoal,
)
from qunying.campaigns.tests.make import (
    NOW,
    TODAY,
    make_campaign,
    make_community,
    make_message,
    make_plan,
    run,
)
from qunying.communities.queries.get_community import CommunityNotFound
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Problem
from qunying.kernel.wording import BadText
from qunying.messages.queries.get_channel import ChannelNotFound
from qunying.messages.queries.get_template import TemplateNotFound
from qunying.rewards.coupons import UnknownTemplate
from qunying.segments.queries.get_segment import SegmentNotFound

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": " "}, BadText),
        ({"goal_metric": "happiness"}, UnknownGoal),
        ({"goal_target": 0}, UnknownGoal),
        ({"ends_on": TODAY - timedelta(days=1)}, BadDates),
        ({"ends_on": TODAY + timedelta(days=400)}, BadDates),
        ({"goal_by": TODAY - timedelta(days=1)}, BadDates),
        ({"measurement_days": 0}, BadDates),
        ({"goal_by": date.max}, DayOutOfRange),
        ({"starts_on": date.max, "ends_on": date.max, "goal_by": date.max}, DayOutOfRange),
        ({"starts_on": date.min, "ends_on": date.min}, DayOutOfRange),
        ({"audience_kind": "everybody"}, BadAudience),
        ({"segment_id": None}, BadAudience),
        ({"audience_kind": "communities"}, BadAudience),
        ({"holdout_basis_points": 0}, BadHoldout),
        ({"holdout_basis_points": 5_001}, BadHoldout),
        ({"holdout_basis_points": -1, "no_holdout_reason": "because"}, BadHoldout),
        ({"budget_minor": -1}, BadBudget),
        ({"expected_claim_basis_points": 10_001}, BadBudget),
        ({"post_template_id": new_id()}, PostNeedsCommunities),
        ({"segment_id": new_id()}, SegmentNotFound),
        ({"audience_kind": "communities", "community_ids": (new_id(),)}, CommunityNotFound),
        ({"offer_id": new_id()}, UnknownTemplate),
        ({"channel_id": new_id()}, ChannelNotFound),
        ({"message_template_id": new_id()}, TemplateNotFound),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], problem: type[Problem]) -> None:
    with pytest.raises(problem):
        make_campaign(**changes)
    assert not Campaign.objects.exists()


def test_days_from_which_nothing_can_be_reckoned_are_refused_for_tasks_and_stages_too() -> None:
    """Moving the plan moves its tasks; a day beyond the calendar would keep the plan from ever being changed."""
    campaign = make_campaign()
    for day in (date.min, date.max):
        with pytest.raises(DayOutOfRange):
            run(add_task, campaign_id=campaign.id, stage="run", title="Look", due_on=day)
        with pytest.raises(DayOutOfRange):
            run(change_stage, campaign_id=campaign.id, stage="run", starts_on=day, ends_on=day)


def test_nobody_held_out_needs_a_reason() -> None:
    campaign = make_campaign(holdout_basis_points=0, no_holdout_reason="A recall: everybody must know.")
    assert campaign.no_holdout_reason
    with_holdout = make_campaign(no_holdout_reason="left over")
    assert (with_holdout.holdout_basis_points, with_holdout.no_holdout_reason) == (2_000, "")


def test_a_new_plan_has_four_stages_and_the_starter_tasks() -> None:
    campaign = make_campaign()
    stages = {stage.kind: (stage.starts_on, stage.ends_on) for stage in campaign.stages.all()}
    assert set(stages) == {"prepare", "launch", "run", "review"}
    assert stages["run"] == (campaign.starts_on, campaign.ends_on)
    assert campaign.tasks.count() == 16
    for task in campaign.tasks.all():
        first, last = stages[task.stage]
        assert first <= task.due_on <= last
    assert (campaign.state, campaign.currency) == (State.DRAFT, "CNY")


def test_a_changed_plan_takes_its_stages_and_open_tasks_along() -> None:
    campaign = make_campaign()
    before = {task.id: task.due_on for task in campaign.tasks.all()}
    done = campaign.tasks.filter(stage="run").first()
    assert done is not None
    run(finish_task, task_id=done.id)
    plan = make_plan(
        segment_id=campaign.segment_id,
        starts_on=campaign.starts_on + timedelta(days=7),
        ends_on=campaign.ends_on + timedelta(days=10),
    )
    run(change_plan, campaign_id=campaign.id, plan=plan)
    campaign.refresh_from_db()
    assert campaign.stages.get(kind="run").starts_on == plan.starts_on
    for task in campaign.tasks.all():
        moved = 0 if task.id == done.id else 7 if task.stage in {"prepare", "launch"} else 10
        assert (task.due_on - before[task.id]).days == moved


def test_another_audience_must_be_confirmed_again() -> None:
    campaign = make_campaign()
    Campaign.objects.update(confirmed_count=5, confirmed_by="x", confirmed_at=NOW)
    same = make_plan(segment_id=campaign.segment_id, theme="Spring")
    assert not run(change_plan, campaign_id=campaign.id, plan=same).needs_confirmation
    assert run(change_plan, campaign_id=campaign.id, plan=make_plan()).needs_confirmation
    campaign.refresh_from_db()
    assert campaign.confirmed_count is None


def test_only_drafts_change() -> None:
    campaign = make_campaign()
    Campaign.objects.update(state=State.SUBMITTED)
    with pytest.raises(WrongState):
        run(change_plan, campaign_id=campaign.id, plan=make_plan())


def test_communities_belong_to_their_kind_of_audience() -> None:
    communities = (make_community([]), make_community([]))
    campaign = make_campaign(
        audience_kind="communities", community_ids=communities, post_template_id=make_message()
    )
    assert campaign.segment_id is None
    assert set(campaign.communities.values_list("community_id", flat=True)) == set(communities)
    run(change_plan, campaign_id=campaign.id, plan=make_plan(community_ids=communities))
    assert not campaign.communities.exists()


def test_tasks_come_change_are_ticked_off_and_go() -> None:
    campaign, owner = make_campaign(), make_staff()
    words: dict[str, Any] = {
        "stage": "run",
        "title": "Answer questions",
        "due_on": TODAY,
        "owner_id": owner.id,
    }
    task_id = run(add_task, campaign_id=campaign.id, **words).task_id
    run(change_task, task_id=task_id, **{**words, "title": "Answer every question"})
    run(finish_task, task_id=task_id)
    task = Task.objects.get(pk=task_id)
    assert (task.title, task.owner, task.done_at, task.done_by) == (
        "Answer every question",
        owner,
        NOW,
        "system:author",
    )
    run(finish_task, task_id=task_id, done=False)
    assert Task.objects.get(pk=task_id).done_at is None
    run(remove_task, task_id=task_id)
    with pytest.raises(TaskNotFound):
        run(finish_task, task_id=task_id)
    for wrong in ({"stage": "lunch"}, {"owner_id": new_id()}):
        with pytest.raises(BadTask):
            run(add_task, campaign_id=campaign.id, **{**words, **wrong})


def test_a_stage_can_be_moved_but_not_backwards() -> None:
    campaign = make_campaign()
    days: dict[str, Any] = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=2)}
    run(change_stage, campaign_id=campaign.id, stage="prepare", **days)
    assert Stage.objects.get(campaign=campaign, kind="prepare").ends_on == days["ends_on"]
    with pytest.raises(BadStage):
        run(change_stage, campaign_id=campaign.id, stage="prepare", starts_on=days["ends_on"], ends_on=TODAY)
