"""From draft to settled: what may be changed when, the launch checklist, who may take part and how often."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from qunying.accounts.tests.make import make_browser, make_staff
from qunying.activities.actions.approve_activity import ActivityNeedsSecondPerson, approve_activity
from qunying.activities.actions.change_activity import change_activity
from qunying.activities.actions.close_activity import ClosesLater, close_activity
from qunying.activities.actions.create_activity import create_activity
from qunying.activities.actions.open_activity import LaunchBlocked, open_activity
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.actions.take_part import take_part
from qunying.activities.actions.withdraw_activity import withdraw_activity
from qunying.activities.audience import NobodyAddressed
from qunying.activities.checklist import check_launch
from qunying.activities.drafting import (
    BadActivityDates,
    BadActivityLimits,
    RulesAreFixed,
    RulesChangedMeanwhile,
    UnknownActivity,
    WrongActivityState,
)
from qunying.activities.eligibility import AccountTooNew, ActivityNotForYou, ActivityNotOpen
from qunying.activities.limits import TurnsUsedUp, turns_left
from qunying.activities.models import Activity, Award, Participation, State
from qunying.activities.rules import BadSettings
from qunying.activities.tests.make import CLOSE, DAY, SECOND, draft, make_activity, play, prize
from qunying.kernel.actors import Actor, Forbidden, member_actor
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.models import Member
from qunying.members.tests.make import make_member
from qunying.rewards.actions.bar_members import bar_members
from qunying.rewards.actions.suspend_rewards import suspend_rewards
from qunying.rewards.suspending import RewardsSuspended
from qunying.segments.actions.create_segment import create_segment
from qunying.segments.actions.set_static_members import set_static_members

pytestmark = pytest.mark.django_db


def test_rules_change_in_a_draft_only_and_every_version_is_kept():
    activity = make_activity(opened=False)
    run(change_activity, activity_id=activity.id, draft=draft(title="Another"))
    activity.refresh_from_db()
    assert (activity.title, activity.version) == ("Another", 2)
    assert [v.document["title"] for v in activity.versions.order_by("version")] == ["A wheel", "Another"]
    run(approve_activity, actor=SECOND, activity_id=activity.id)
    with pytest.raises(RulesAreFixed):
        run(change_activity, activity_id=activity.id, draft=draft())
    run(withdraw_activity, activity_id=activity.id)
    run(change_activity, activity_id=activity.id, draft=draft())
    run(approve_activity, actor=SECOND, activity_id=activity.id)
    run(open_activity, activity_id=activity.id)
    with pytest.raises(RulesAreFixed):
        run(change_activity, activity_id=activity.id, draft=draft())
    with pytest.raises(WrongActivityState):
        run(withdraw_activity, activity_id=activity.id)


def test_nobody_approves_or_overwrites_rules_that_they_have_not_seen():
    activity, page = make_activity(opened=False), make_browser()
    run(change_activity, activity_id=activity.id, draft=draft(title="Better odds"), seen=1)
    with pytest.raises(RulesChangedMeanwhile):
        run(change_activity, activity_id=activity.id, draft=draft(), seen=1)
    path = f"/console/activities/{activity.id}/"
    page.post(f"{path}approve/", {"seen": "1"})
    assert Activity.objects.get().state == "draft"
    page.post(f"{path}approve/", {"seen": "2"})
    assert Activity.objects.get().state == "approved"


def test_a_change_behind_the_back_is_found():
    activity = make_activity()
    assert audit() == []
    Activity.objects.filter(pk=activity.id).update(title="Better odds")
    assert {found.check for found in audit()} == {"activity_rules_are_kept"}


@pytest.mark.parametrize(
    "dear",
    [{"worth_minor": 100_001, "count": 1}, {"kind": "money", "amount": 50_001, "worth_minor": 1, "count": 2}],
)
def test_above_the_limit_somebody_else_approves(dear):
    author, between, last, other = (make_staff() for _ in range(4))
    dear = draft(settings={"prizes": [prize(**dear)]})
    activity_id = run(create_activity, actor=author.actor, draft=dear).activity_id
    for editor in (between, last):
        run(change_activity, actor=editor.actor, activity_id=activity_id, draft=dear)
    for writer in (author, between, last):
        with pytest.raises(ActivityNeedsSecondPerson):
            run(approve_activity, actor=writer.actor, activity_id=activity_id)
    run(approve_activity, actor=other.actor, activity_id=activity_id)


@pytest.mark.parametrize(
    ("kind", "changes", "key"),
    [
        ("wheel", {"about": ""}, "terms"),
        ("wheel", {"organiser": ""}, "terms"),
        ("wheel", {"per_member": None}, "limits"),
        ("wheel", {"settings": {"prizes": [prize(worth_minor=0)]}}, "worth"),
        ("wheel", {"settings": {"prizes": [prize(worth_minor=5_000_001)]}}, "largest_prize"),
        ("red_packet", {"settings": {"total_minor": 5_000_001}}, "largest_prize"),
        (
            "wheel",
            {"settings": {"prizes": [prize(kind="money", amount=5_000_001)], "fallback": ""}},
            "largest_prize",
        ),
        ("draw", {"settings": {"draw_at": "2026-03-01T00:00:00Z"}}, "draw_time"),
        ("wheel", {"settings": {"prizes": [prize(kind="coupon", template_id=str(uuid4()))]}}, "coupons"),
        ("red_packet", {"campaign_id": uuid4()}, "budget"),
        ("gathering", {"claim_until": NOW + DAY}, "gathering_prizes"),
        ("flash_sale", {"opens_at": NOW - DAY, "settings": {"window_seconds": 10}}, "window"),
    ],
)
def test_the_checklist_keeps_it_shut(kind, changes, key):
    activity = make_activity(kind, opened=False, **changes)
    run(approve_activity, actor=SECOND, activity_id=activity.id)
    activity.refresh_from_db()
    assert [item.key for item in check_launch(activity, NOW) if not item.ok] == [key]
    with pytest.raises(LaunchBlocked):
        run(open_activity, activity_id=activity.id)


def test_fifty_thousand_yuan_is_allowed_and_nothing_opens_unapproved_or_late():
    make_activity(settings={"prizes": [prize(worth_minor=5_000_000)]})
    activity = make_activity(opened=False)
    with pytest.raises(WrongActivityState):
        run(open_activity, activity_id=activity.id)
    run(approve_activity, actor=SECOND, activity_id=activity.id)
    with pytest.raises(LaunchBlocked):
        run(open_activity, now=CLOSE, activity_id=activity.id)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"closes_at": NOW}, BadActivityDates),
        ({"claim_until": NOW}, BadActivityDates),
        ({"opens_at": NOW.replace(year=1900)}, BadActivityDates),
        ({"per_member": 0}, BadActivityLimits),
        ({"per_day": -1}, BadActivityLimits),
        ({"min_account_days": -1}, BadActivityLimits),
        ({"settings": {"prizes": []}}, BadSettings),
        ({"settings": {"prizes": [prize(count=0)]}}, BadSettings),
        ({"settings": {"prizes": [prize(), prize()]}}, BadSettings),
        ({"settings": {"prizes": [prize(weight=1_000_000), prize("b", weight=1)]}}, BadSettings),
        ({"settings": {"fallback": "nothing"}}, BadSettings),
        ({"settings": {"more": 1}}, BadSettings),
        ({"settings": {"plays": 3}}, BadSettings),
    ],
)
def test_what_cannot_be_typed(changes, problem):
    with pytest.raises(problem):
        run(create_activity, draft=draft(**changes))


def test_nobody_takes_part_outside_of_the_published_times():
    activity = make_activity(opens_at=NOW + timedelta(hours=2), now=NOW)
    member = make_member(now=NOW).id
    hour = timedelta(hours=1)
    for instant in (NOW + hour, CLOSE, CLOSE + hour):  # a clock an hour off changes nothing but this
        with pytest.raises(ActivityNotOpen):
            play(activity, member, now=instant)
    play(activity, member, now=NOW + 2 * hour)
    with pytest.raises(UnknownActivity):
        run(take_part, activity_id=uuid4(), member_id=member)


def test_whom_it_is_not_for():
    campaign = uuid4()
    inside, outside, staff, held, new = (make_member(now=NOW - 9 * DAY) for _ in range(5))
    Member.objects.filter(pk=staff.id).update(is_staff=True)
    Member.objects.filter(pk=new.id).update(created_at=NOW - DAY)
    run(bar_members, campaign_id=campaign, member_ids=[held.id], reason="holdout")
    segment = run(create_segment, name="Friends", slug="friends").segment_id
    run(set_static_members, segment_id=segment, entries=[str(m.id) for m in (inside, staff, held, new)])
    activity = make_activity(campaign_id=campaign, segment_id=segment, min_account_days=3)
    assert activity.audience_count == 3
    run(set_static_members, segment_id=segment, entries=[str(outside.id)])  # the frozen list stays
    for member, problem in [
        (outside, ActivityNotForYou),
        (staff, ActivityNotForYou),
        (held, ActivityNotForYou),
        (new, AccountTooNew),
    ]:
        with pytest.raises(problem):
            play(activity, member.id)
    play(activity, inside.id)
    with pytest.raises(Forbidden):
        run(
            take_part,
            actor=member_actor(outside.id, "activities.take_part"),
            activity_id=activity.id,
            member_id=inside.id,
        )


def test_an_empty_segment_opens_nothing():
    segment = run(create_segment, name="Nobody", slug="nobody").segment_id
    activity = make_activity(opened=False, segment_id=segment)
    run(approve_activity, actor=SECOND, activity_id=activity.id)
    with pytest.raises(NobodyAddressed):
        run(open_activity, activity_id=activity.id)


def test_the_suspended_win_nothing():
    member = make_member(now=NOW - DAY).id
    run(suspend_rewards, member_id=member, reference="case 1", until=None)
    with pytest.raises(RewardsSuspended):
        play(make_activity(), member)


def test_limits_by_day_and_in_all_and_a_clock_that_goes_back():
    activity = make_activity(per_member=3, per_day=2, closes_at=NOW + 9 * DAY)
    member = make_member(now=NOW - DAY).id
    assert [play(activity, member).number for _ in range(2)] == [1, 2]
    with pytest.raises(TurnsUsedUp):
        play(activity, member)
    assert turns_left(activity, member, NOW) == 0
    assert turns_left(activity, member, NOW + DAY) == 1
    assert play(activity, member, now=NOW + DAY).number == 3
    for instant in (NOW, NOW + DAY, NOW + 5 * DAY):
        with pytest.raises(TurnsUsedUp):
            play(activity, member, now=instant)


def test_chances_come_after_the_free_turns():
    sure = prize("again", kind="chances", amount=2, weight=1_000_000)
    activity = make_activity(settings={"prizes": [sure], "fallback": ""})
    member = make_member(now=NOW - DAY).id
    play(activity, member)
    assert turns_left(activity, member, NOW) == 2
    play(activity, member)  # wins two more with one of the two
    assert turns_left(activity, member, NOW) == 3
    assert audit() == []


def test_the_same_command_takes_part_once():
    activity, member = make_activity(), make_member(now=NOW - DAY).id
    first, second = (play(activity, member, command_id="one", choice="luck") for _ in range(2))
    assert first == second
    assert Participation.objects.count() == 1


def test_it_closes_at_its_time_or_when_everything_is_gone():
    activity = make_activity("red_packet", settings={"total_minor": 5, "shares": 2})
    play(activity)
    with pytest.raises(ClosesLater):
        run(close_activity, activity_id=activity.id)
    play(activity)
    run(close_activity, activity_id=activity.id)
    with pytest.raises(WrongActivityState):
        run(close_activity, activity_id=activity.id)
    with pytest.raises(ActivityNotOpen):
        play(activity)
    run(settle_activity, activity_id=activity.id)
    activity.refresh_from_db()
    assert activity.state == State.SETTLED
    assert audit() == []


def test_a_prize_that_cannot_be_given_is_owed():
    from qunying.activities.actions.give_award import give_award
    from qunying.rewards.actions.close_template import close_template
    from qunying.rewards.tests.make import TEN_OFF, make_template

    template = make_template(replace(TEN_OFF, total=5))
    sure = prize("ten", kind="coupon", template_id=str(template), count=5, weight=1_000_000, amount=1)
    activity = make_activity(settings={"prizes": [sure], "fallback": ""})
    member = make_member(now=NOW - DAY).id
    assert play(activity).prizes[0].state == "given"
    run(close_template, template_id=template)
    told = play(activity, member)
    award = Award.objects.get(pk=told.prizes[0].award_id)
    assert (award.state, award.problem) == ("owed", "offer_not_open")
    assert run(give_award, award_id=award.id) == "owed"  # still
    assert audit() == []


def test_a_role_without_the_permission_opens_nothing():
    clerk = Actor(kind="staff", id=str(uuid4()), permissions=frozenset({"activities.view"}))
    with pytest.raises(Forbidden):
        run(open_activity, actor=clerk, activity_id=make_activity(opened=False).id)


@pytest.mark.parametrize("kind", ["draw", "trial"])
@pytest.mark.parametrize("draw_at", ["20260302", "2026-03-02T05:00+08", "9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z"])  # fmt: skip
def test_the_time_of_a_draw_is_written_as_it_is_compared(kind, draw_at):
    with pytest.raises(BadSettings):
        make_activity(
            kind,
            opened=False,
            settings={"is_drawn": True, "sources": ["index"], "draw_at": draw_at}
            if kind == "trial"
            else {"draw_at": draw_at},
        )


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_what_cannot_be_kept_is_refused_in_any_settings(sign):
    for kind, settings in (
        ("wheel", {"prizes": [prize(name=f"Cup{sign}")]}),
        ("gathering", {"guests": f"Lin{sign}"}),
        ("pairs", {"partner": {"name": f"Tea{sign}"}}),
    ):
        with pytest.raises(BadSettings):
            make_activity(kind, opened=False, settings=settings)
