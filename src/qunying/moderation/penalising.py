"""What a penalty sets in the nouns below, in one transaction, and how all of it is taken back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.actions.lift_restriction import lift_restriction
from qunying.communities.actions.restrict_member import restrict_member
from qunying.engines.penalty_ladder import Reason, Step
from qunying.kernel.acts import Act
from qunying.kernel.failpoints import failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.messages.actions.lift_suppression import lift_suppression
from qunying.messages.actions.suppress import suppress
from qunying.messages.reasons import Cause, Scope
from qunying.moderation.events import PENALTY_IMPOSED, PENALTY_LIFTED, tell_stream
from qunying.moderation.models import Decision, Penalty, PenaltyStep, PolicyVersion, Verdict
from qunying.moderation.notices import in_both, shown_time, tell
from qunying.moderation.outcomes import cited
from qunying.moderation.people import refuse_group_owner, refuse_own
from qunying.moderation.platform_people import take_up
from qunying.moderation.policy import STEPS, Policy, Taken, end_of_step, get_policy
from qunying.moderation.queries.get_history import get_history
from qunying.moderation.suggesting import suggest_step
from qunying.rewards.actions.forfeit_points import forfeit_points
from qunying.rewards.actions.lift_suspension import lift_suspension
from qunying.rewards.actions.restore_points import restore_points
from qunying.rewards.actions.suspend_rewards import suspend_rewards

MAX_REASON = 1000
IN_COMMUNITIES = (Taken.SPEAKING, Taken.JOINING, Taken.ACTIVITIES, Taken.RANK)


class DecisionNotFound(Problem):
    """There is no such decision."""

    code = "decision_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such decision.")


class NothingToPunish(Problem):
    """The decision found nothing, was taken back, or is about nobody whom we or the platform know."""

    code = "nothing_to_punish"
    kind = Kind.CONFLICT
    message = _("A penalty needs a standing decision, and somebody whom we or the platform know.")


class PunishedBefore(Problem):
    """The decision has a penalty."""

    code = "punished_before"
    kind = Kind.CONFLICT
    message = _("This decision has a penalty already.")


def lock_decision(decision_id: UUID) -> Decision:
    """Return a decision, its row held until the transaction ends.

    Raises:
        DecisionNotFound: when there is none.
    """
    decision = Decision.objects.select_for_update(no_key=True).filter(pk=decision_id).first()
    if decision is None:
        raise DecisionNotFound
    return decision


def impose(
    decision_id: UUID, step: PenaltyStep, *, reason: str, everywhere: bool, points: int | None, act: Act
) -> Penalty:
    """Write a penalty and everything that it takes; all of it or nothing.

    Somebody of a platform group who is no member becomes one, known by their id there: the penalty has to hold on to somebody.

    Args:
        decision_id: what it answers.
        step: which rung.
        reason: for the member to read.
        everywhere: whether it holds in all communities rather than in the one where it happened.
        points: how many points to take; None for as many as the policy says.
        act: the command that it is part of.

    Raises:
        DecisionNotFound, NothingToPunish, PunishedBefore.
        OwnCase: who punishes is the member.
        GroupOwnerProtected: more than a warning for the owner of the group.
    """
    decision = _lock_standing(decision_id, act)
    assert decision.member_id is not None  # noqa: S101 - known, or taken up just now
    everywhere = everywhere or step == PenaltyStep.CLOSING or decision.case.community_id is None
    community_id = None if everywhere else decision.case.community_id
    refuse_own(act["actor"], decision.member_id)
    if step != PenaltyStep.WARNING:
        refuse_group_owner(decision.member_id, community_id)
    number, policy = get_policy()
    now = act["now"]
    penalty = Penalty.objects.create(
        decision=decision,
        member_id=decision.member_id,
        community_id=community_id,
        step=step,
        policy=PolicyVersion.objects.get(number=number),
        reasons=_counted(decision, policy, now),
        takes=policy.takes(step),
        reason=checked_text(reason, field="reason", max_length=MAX_REASON, lines=True),
        since=now,
        until=end_of_step(step, now),
        imposed_by=act["actor"].key,
    )
    _take(penalty, policy.points(step) if points is None else points, act)
    failpoint("moderation.penalty_taken")
    _tell(penalty, act)
    tell_stream(
        PENALTY_IMPOSED,
        now,
        member_id=penalty.member_id,
        community_id=community_id,
        penalty=str(penalty.id),
        step=step,
        until=penalty.until.isoformat() if penalty.until else "",
        takes=",".join(penalty.takes),
        points=str(penalty.points_taken),
    )
    return penalty


def _lock_standing(decision_id: UUID, act: Act) -> Decision:
    """Return a decision that a penalty may answer, with somebody to hold on to."""
    decision = lock_decision(decision_id)
    if decision.verdict != Verdict.VIOLATION or decision.reversed_at:
        raise NothingToPunish
    if Penalty.objects.filter(decision=decision).exists():
        raise PunishedBefore
    if decision.member_id is None and take_up(decision, act) is None:
        raise NothingToPunish
    return decision


def _counted(decision: Decision, policy: Policy, now: datetime) -> list[dict[str, Any]]:
    """Return how the ladder came to its own suggestion, which need not be the penalty chosen."""
    assert decision.member_id is not None  # noqa: S101 - asked before
    history = get_history(decision.member_id, without=decision.case_id)
    _step, reasons = suggest_step(policy, decision.severity, history, decision.factors, now)
    return [stored_reason(reason) for reason in reasons]


def stored_reason(reason: Reason) -> dict[str, Any]:
    """Return one reason of the ladder as it is kept and sent."""
    step = next(name for name, rung in STEPS.items() if rung == reason.step)
    return {
        "kind": reason.kind,
        "name": reason.name,
        "steps": reason.steps,
        "count": reason.count,
        "step": step,
    }


def _take(penalty: Penalty, points: int, act: Act) -> None:
    taken = set(penalty.takes)
    if taken & set(IN_COMMUNITIES):
        restrict_member(
            member_id=penalty.member_id,
            community_id=penalty.community_id,
            kind="ban" if STEPS[PenaltyStep(penalty.step)] >= Step.REMOVAL else "mute",
            until=penalty.until,
            reference=penalty.reference,
            takes=[str(name) for name in IN_COMMUNITIES if name in taken],
            **act,
        )
    if Taken.PROMOTION in taken:
        suppress(
            member_ids=[penalty.member_id],
            scope=Scope.PROMOTION,
            reason=Cause.MUTE,
            until=penalty.until,
            origin=penalty.reference,
            **act,
        )
    if Taken.REWARDS in taken:
        suspend_rewards(member_id=penalty.member_id, until=penalty.until, reference=penalty.reference, **act)
    if points:
        lost = forfeit_points(member_id=penalty.member_id, amount=points, reason=penalty.reference, **act)
        penalty.points_taken, penalty.points_transaction = lost.amount, lost.transaction_id
        penalty.save(update_fields=["points_taken", "points_transaction"])


def _tell(penalty: Penalty, act: Act) -> None:
    words = {
        **in_both("penalty", PenaltyStep(penalty.step).label),
        **cited(penalty.decision),
        "reason": penalty.reason,
        "until": shown_time(penalty.until),
    }
    tell(
        "penalty",
        penalty.member_id,
        words,
        key=str(penalty.id),
        page="moderation.my_decision",
        page_id=penalty.decision_id,
        **act,
    )


def give_back(penalty: Penalty, *, why: str, reason: str, act: Act) -> None:
    """End a penalty and take back everything that it took: speaking, places in communities, messages, rewards, points.

    Args:
        penalty: one that was not lifted before, its decision locked by the caller.
        why: ``appeal`` or ``staff``.
        reason: for the member to read.
        act: the command that it is part of.
    """
    lift_restriction(reference=penalty.reference, **act)
    lift_suppression(scope=Scope.PROMOTION, reason=Cause.MUTE, origin=penalty.reference, **act)
    lift_suspension(reference=penalty.reference, **act)
    points = 0
    if penalty.points_transaction is not None:
        points = restore_points(transaction_id=penalty.points_transaction, reason=penalty.reference, **act)
    failpoint("moderation.penalty_given_back")
    penalty.lifted_at, penalty.lifted_by = act["now"], act["actor"].key
    penalty.lift_reason = reason
    penalty.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    tell_stream(
        PENALTY_LIFTED,
        act["now"],
        member_id=penalty.member_id,
        community_id=penalty.community_id,
        penalty=str(penalty.id),
        why=why,
        points=str(points),
    )
