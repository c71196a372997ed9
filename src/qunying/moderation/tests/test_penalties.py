"""Penalties: they take what they say, end by themselves, spare nobody half, and an upheld appeal leaves no trace of them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.accounts.roles import Role
from qunying.communities.models import GroupMember, Restriction
from qunying.communities.queries.find_restriction import find_restriction
from qunying.communities.tests.make import make_community
from qunying.kernel.actors import Forbidden
from qunying.kernel.failpoints import FailPointReached
from qunying.kernel.ids import new_id
from qunying.kernel.tests.racing import race
from qunying.ledger.models import Lot
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import points_of
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.undo_merge import undo_merge
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.messages.models import Send, Suppression
from qunying.moderation.actions.judge_appeal import (
    AppealJudged,
    AppealNotFound,
    SecondPersonNeeded,
    judge_appeal,
)
from qunying.moderation.actions.lift_penalty import PenaltyOver, lift_penalty
from qunying.moderation.actions.penalise_member import BadPenalty, penalise_member
from qunying.moderation.actions.publish_policy import PolicyUnchanged, publish_policy
from qunying.moderation.actions.remove_member import remove_member
from qunying.moderation.actions.submit_appeal import (
    AppealedBefore,
    AppealTooLate,
    NothingToAppeal,
    submit_appeal,
)
from qunying.moderation.models import Appeal, Decision, Penalty, PenaltyStep
from qunying.moderation.penalising import DecisionNotFound, NothingToPunish, PunishedBefore
from qunying.moderation.people import GroupOwnerProtected, OwnCase
from qunying.moderation.policy import SHIPPED_POLICY, PolicyInvalid, get_policy
from qunying.moderation.tests.make import do, join, judge, make_decision, make_penalty
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.models import Suspension
from qunying.rewards.suspending import list_suspended

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def grant(member, amount, **more):
    do(grant_points, member_id=member.id, amount=amount, reason="order", **more)


def state_of(member, communities):
    """Everything that a penalty may touch, as the person and the staff meet it."""
    stays = GroupMember.objects.order_by("pk").values_list("pk", "left_at", "role")
    return {
        "restricted": {
            (place and place.id, taken): find_restriction(member.id, place and place.id, NOW, takes=taken)
            for place in [None, *communities]
            for taken in Restriction.Takes.values
        },
        "suppressed": Suppression.objects.filter(lifted_at=None).count(),
        "suspended": list_suspended([member.id], NOW),
        "points": get_balance(points_of(member.id)),
        "lots": sorted((lot.remaining, str(lot.expires_at)) for lot in Lot.objects.all()),
        "stays": list(stays),
    }


def punish(decision, step, **more):
    if step in {"removal", "closing"}:
        act: dict[str, Any] = {"close_account": step == "closing", "reason": "Rules."}
        return do(remove_member, decision_id=decision.id, **act, **more)
    return do(penalise_member, decision_id=decision.id, step=step, reason="Rules.", **more)


def appeal_and_uphold(decision, now=NOW):
    appeal_id = do(
        submit_appeal, now=now, decision_id=decision.id, member_id=decision.member_id, text="I did not."
    )
    do(judge_appeal, now=now, actor=judge().actor, appeal_id=appeal_id, upheld=True, answer="Right.")


@pytest.mark.parametrize("step", PenaltyStep.values)
def test_each_penalty_takes_what_it_says(step):
    member, community = make_member(), make_community()
    join(community, member)
    grant(member, 1000)
    penalty = Penalty.objects.get(pk=punish(make_decision(member, community=community), step).penalty_id)
    policy = get_policy()[1]
    assert penalty.takes == policy.takes(PenaltyStep(step))
    for taken in Restriction.Takes.values:
        found = find_restriction(member.id, community.id, NOW, takes=taken)
        assert (found is not None) == (taken in penalty.takes), taken
    assert Suppression.objects.exists() == ("promotion" in penalty.takes)
    assert bool(list_suspended([member.id], NOW)) == ("rewards" in penalty.takes)
    lost = min(1000, policy.points(PenaltyStep(step)))
    assert (penalty.points_taken, get_balance(points_of(member.id))) == (lost, 1000 - lost)
    assert audit() == []
    days = {"mute_1_day": 1, "mute_7_days": 7, "mute_15_days": 15}.get(step)
    assert penalty.until == (NOW + days * DAY if days else None)
    if days:
        assert find_restriction(member.id, community.id, NOW + days * DAY) is None
    assert Send.objects.filter(member_id=member.id).count() == 1


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    step=st.sampled_from(PenaltyStep.values),
    everywhere=st.booleans(),
    points=st.none() | st.integers(0, 2000),
    owned=st.lists(st.integers(1, 900), max_size=3),
    role=st.sampled_from(["member", "admin"]),
    merged=st.booleans(),
)
def test_an_upheld_appeal_restores_what_was(db, step, everywhere, points, owned, role, merged):
    member, community, elsewhere = make_member(), make_community(), make_community()
    if merged:
        do(merge_members, kept_id=member.id, merged_id=make_member().id)
    join(community, member, role)
    join(elsewhere, member)
    for place, amount in enumerate(owned):
        grant(member, amount, valid_days=place * 30 or None)
    before = state_of(member, [community, elsewhere])
    decision = make_decision(member, community=community)
    more: dict[str, Any] = {"points": points} if step not in {"removal", "closing"} else {}
    punish(decision, step, everywhere=everywhere, **more)
    appeal_and_uphold(decision)
    assert state_of(member, [community, elsewhere]) == before
    assert audit() == []
    again = make_decision(member)
    assert again.suggestion["step"] == "mute_1_day", (
        "what was taken back does not count as an earlier offence"
    )


def test_upholding_long_after_the_mute_ended_still_gives_points_back():
    member = make_member()
    grant(member, 500)
    penalty = make_penalty(member, step="mute_15_days")
    later = NOW + 14 * DAY
    appeal = do(
        submit_appeal, now=later, decision_id=penalty.decision_id, member_id=member.id, text="I did not."
    )
    do(judge_appeal, now=NOW + 40 * DAY, actor=judge().actor, appeal_id=appeal, upheld=True, answer="Right.")
    assert get_balance(points_of(member.id)) == 500


def test_a_dismissed_appeal_changes_nothing_and_is_final():
    penalty = make_penalty()
    appeal = do(
        submit_appeal, decision_id=penalty.decision_id, member_id=penalty.member_id, text="I did not."
    )
    do(judge_appeal, actor=judge().actor, appeal_id=appeal, upheld=False, answer="You did.")
    assert find_restriction(penalty.member_id, None, NOW) is not None
    with pytest.raises(AppealJudged):
        do(judge_appeal, actor=judge().actor, appeal_id=appeal, upheld=True, answer="Well.")
    with pytest.raises(AppealedBefore):
        do(submit_appeal, decision_id=penalty.decision_id, member_id=penalty.member_id, text="Again.")


def test_who_decided_or_punished_does_not_judge():
    decider, punisher, third = judge(), judge(), judge()
    decision = make_decision(actor=decider.actor)
    do(penalise_member, actor=punisher.actor, decision_id=decision.id, step="warning", reason="Rules.")
    appeal = do(submit_appeal, decision_id=decision.id, member_id=decision.member_id, text="No.")
    for involved in (decider, punisher):
        with pytest.raises(SecondPersonNeeded):
            do(judge_appeal, actor=involved.actor, appeal_id=appeal, upheld=True, answer="Yes.")
    do(judge_appeal, actor=third.actor, appeal_id=appeal, upheld=True, answer="Yes.")


def test_appeals_have_a_deadline_and_an_owner():
    penalty = make_penalty()
    right: dict[str, Any] = {
        "decision_id": penalty.decision_id,
        "member_id": penalty.member_id,
        "text": "No.",
    }
    with pytest.raises(DecisionNotFound):
        do(submit_appeal, **{**right, "member_id": make_member().id})
    with pytest.raises(DecisionNotFound):
        do(submit_appeal, **{**right, "decision_id": uuid4()})
    with pytest.raises(AppealTooLate):
        do(submit_appeal, now=NOW + 15 * DAY, **right)
    do(submit_appeal, now=NOW + 15 * DAY - timedelta(seconds=1), **right)
    cleared = make_decision(verdict="no_violation", violation="")
    with pytest.raises(NothingToAppeal):
        do(submit_appeal, decision_id=cleared.id, member_id=cleared.member_id, text="No.")
    with pytest.raises(AppealNotFound):
        do(judge_appeal, appeal_id=uuid4(), upheld=True, answer="Yes.")


def test_a_merged_account_keeps_its_penalty_and_may_appeal():
    offender, kept = make_member(), make_member()
    penalty = make_penalty(offender)
    merge = do(merge_members, kept_id=kept.id, merged_id=offender.id)
    assert find_restriction(kept.id, None, NOW) is not None
    do(submit_appeal, decision_id=penalty.decision_id, member_id=kept.id, text="No.")
    do(undo_merge, merge_id=merge.merge_id)
    assert find_restriction(kept.id, None, NOW) is None
    assert find_restriction(offender.id, None, NOW) is not None


def test_the_owner_of_the_group_is_warned_at_most():
    owner, community = make_member(), make_community()
    join(community, owner, "owner")
    for everywhere in (False, True):
        decision = make_decision(owner, community=community)
        for step in ("mute_1_day", "removal", "closing"):
            with pytest.raises(GroupOwnerProtected):
                punish(decision, step, everywhere=everywhere)
        punish(decision, "warning", everywhere=everywhere)
    other = make_decision(owner, community=make_community())
    punish(other, "mute_1_day")


def test_nobody_punishes_themselves_or_lifts_their_own():
    moderator = judge()
    member = make_member(email=moderator.email)
    decision = make_decision(member)
    with pytest.raises(OwnCase):
        do(penalise_member, actor=moderator.actor, decision_id=decision.id, step="warning", reason="Me.")
    penalty = do(penalise_member, decision_id=decision.id, step="mute_1_day", reason="You.")
    manager = judge(Role.MANAGER)
    with pytest.raises(Forbidden):
        do(lift_penalty, actor=moderator.actor, penalty_id=penalty.penalty_id, reason="Me.")
    do(lift_penalty, actor=manager.actor, penalty_id=penalty.penalty_id, reason="Enough.")


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.MANAGER, Role.OPERATOR])
def test_removal_and_closing_are_the_owners(role):
    decision = make_decision()
    for close in (True, False):
        with pytest.raises(Forbidden):
            do(
                remove_member,
                actor=judge(role).actor,
                decision_id=decision.id,
                close_account=close,
                reason="Rules.",
            )
    assert not Penalty.objects.exists()


def test_bad_penalties_are_refused_and_change_nothing():
    member = make_member()
    decision, cleared = make_decision(member), make_decision(verdict="no_violation", violation="")
    for step in ("removal", "closing", "hanging"):
        with pytest.raises(BadPenalty):
            do(penalise_member, decision_id=decision.id, step=step, reason="Rules.")
    with pytest.raises(BadPenalty):
        do(penalise_member, decision_id=decision.id, step="warning", reason="Rules.", points=-1)
    with pytest.raises(NothingToPunish):
        punish(cleared, "warning")
    with pytest.raises(DecisionNotFound):
        do(penalise_member, decision_id=uuid4(), step="warning", reason="Rules.")
    assert not Penalty.objects.exists()
    punish(decision, "warning")
    with pytest.raises(PunishedBefore):
        punish(decision, "mute_1_day")
    assert not Restriction.objects.exists()


def test_lifting_gives_back_but_the_violation_counts():
    member = make_member()
    grant(member, 500)
    penalty = make_penalty(member, step="mute_15_days")
    do(lift_penalty, penalty_id=penalty.id, reason="Apologised.")
    assert get_balance(points_of(member.id)) == 500
    assert find_restriction(member.id, None, NOW) is None
    assert make_decision(member).suggestion["step"] == "mute_7_days"
    with pytest.raises(PenaltyOver):
        do(lift_penalty, penalty_id=penalty.id, reason="Again.")
    short = make_penalty(step="mute_1_day")
    with pytest.raises(PenaltyOver):
        do(lift_penalty, now=NOW + DAY, penalty_id=short.id, reason="Late.")


@pytest.mark.django_db(transaction=True)
def test_a_penalty_that_breaks_off_leaves_nothing(monkeypatch):
    member, community = make_member(), make_community()
    join(community, member)
    grant(member, 1000)
    decision = make_decision(member, community=community)
    before = state_of(member, [community])
    monkeypatch.setenv("QUNYING_FAILPOINTS", "moderation.penalty_taken=raise")
    with pytest.raises(FailPointReached):
        punish(decision, "removal")
    assert state_of(member, [community]) == before
    assert not Penalty.objects.exists()
    assert not Suspension.objects.exists()
    monkeypatch.delenv("QUNYING_FAILPOINTS")
    punish(decision, "removal")
    punished = state_of(member, [community])
    monkeypatch.setenv("QUNYING_FAILPOINTS", "moderation.penalty_given_back=raise")
    with pytest.raises(FailPointReached):
        appeal_and_uphold(decision)
    assert state_of(member, [community]) == punished
    assert Appeal.objects.get().state == "open"
    assert Decision.objects.get().reversed_at is None


@pytest.mark.django_db(transaction=True)
def test_one_of_many_penalties_and_appeals_counts():
    member = make_member()
    grant(member, 1000)
    decision = make_decision(member)
    assert race(lambda _n: punish(decision, "mute_15_days"), 8) == {"done": 1, "punished_before": 7}
    assert get_balance(points_of(member.id)) == 900
    appeal: dict[str, Any] = {"decision_id": decision.id, "member_id": member.id, "text": "No."}
    assert race(lambda _n: do(submit_appeal, **appeal), 8) == {"done": 1, "appealed_before": 7}
    judges = [judge().actor for _ in range(4)]
    found = Appeal.objects.get().id
    words: dict[str, Any] = {"appeal_id": found, "upheld": True, "answer": "Right."}
    outcomes = race(lambda n: do(judge_appeal, actor=judges[n % 4], **words), 8)
    assert outcomes == {"done": 1, "appeal_judged_before": 7}
    assert get_balance(points_of(member.id)) == 1000


def test_a_policy_that_would_lighten_is_refused_and_a_new_one_holds_from_now_on():
    old = make_penalty(step="mute_1_day")
    for change in (
        {"first": ["mute_1_day", "warning", "warning", "warning", "warning"]},
        {"highest": "warning"},
        {"steps_per_factor": {"minors": -1}},
        {"effects": {"mute_1_day": {"takes": ["joining"]}}},
        {"effects": {"mute_1_day": {"takes": ["breath"]}}},
        {"surprise": 1},
    ):
        with pytest.raises(PolicyInvalid):
            do(publish_policy, policy={**SHIPPED_POLICY, **change}, change_note="Test.")
    with pytest.raises(PolicyUnchanged):
        do(publish_policy, policy=dict(SHIPPED_POLICY), change_note="Test.")
    strict: dict[str, Any] = {**SHIPPED_POLICY, "steps_per_repeat": 3}
    assert do(publish_policy, policy=strict, change_note="Stricter.") == 2
    member = make_member()
    make_decision(member, now=NOW - DAY)
    assert make_decision(member).suggestion["step"] == "mute_forever"
    old.refresh_from_db()
    assert (old.policy_id, make_penalty().policy_id) == (1, 2)


def test_the_same_command_has_one_effect():
    decision, command = make_decision(), str(new_id())
    words: dict[str, Any] = {"decision_id": decision.id, "step": "mute_1_day", "reason": "Rules."}
    done = [penalise_member(command_id=command, actor=anybody(), now=NOW, **words) for _ in range(2)]
    assert done[0] == done[1]
