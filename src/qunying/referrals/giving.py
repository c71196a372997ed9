"""Giving rewards to both sides, and taking them back."""

from collections.abc import Iterator
from uuid import UUID

from qunying.kernel.acts import Act
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Problem
from qunying.referrals.acting import by_the_rules
from qunying.referrals.models import Bond, Programme, Reward
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.take_back_points import take_back_points
from qunying.rewards.actions.withdraw_coupon import withdraw_coupon


def give_all(bond: Bond, act: Act) -> None:
    """Give both sides what the programme promises; the inviter nothing beyond their cap. What cannot be given is owed."""
    for reward in _promised(bond, bond.programme):
        reward.at = act["now"]
        hand_over(reward, bond, act)
        reward.save(force_insert=True)


def _promised(bond: Bond, programme: Programme) -> Iterator[Reward]:
    sides = [
        (Reward.Side.INVITED, bond.invited_id, programme.invited_points, programme.invited_template_id),
        (Reward.Side.INVITER, bond.inviter_id, programme.inviter_points, programme.inviter_template_id),
    ]
    for side, member_id, points, template_id in sides[: 1 if bond.is_capped else 2]:
        frame = {"id": new_id(), "bond": bond, "side": side, "member_id": member_id}
        if points:
            yield Reward(**frame, kind=Reward.Kind.POINTS, amount=points)
        if template_id:
            yield Reward(
                **{**frame, "id": new_id()}, kind=Reward.Kind.COUPON, amount=1, template_id=template_id
            )


def hand_over(reward: Reward, bond: Bond, act: Act) -> None:
    """Give one reward and set its state; the caller saves it. A refusal leaves it owed, with the reason."""
    try:
        reward.reference = _give(reward, bond, by_the_rules(act))
    except Problem as problem:
        reward.state, reward.problem = Reward.State.OWED, problem.code
        return
    reward.state, reward.problem = Reward.State.GIVEN, ""


def _give(reward: Reward, bond: Bond, act: Act) -> UUID:
    programme = bond.programme
    if reward.kind == Reward.Kind.POINTS:
        return grant_points(
            **act,
            member_id=reward.member_id,
            amount=reward.amount,
            reason=programme.name,
            campaign_id=programme.campaign_id,
        ).grant_id
    return claim_coupon(
        **act,
        template_id=reward.template_id or UUID(int=0),
        member_id=reward.member_id,
        campaign_id=programme.campaign_id,
    ).coupon_id


def take_all_back(bond: Bond, act: Act) -> None:
    """Take back what was given: spent points become a visible debt, a coupon that has been used stays."""
    for reward in bond.rewards.select_for_update(no_key=True).order_by("side", "kind"):
        if reward.state == Reward.State.OWED:
            reward.state = Reward.State.TAKEN_BACK
        elif reward.state == Reward.State.GIVEN and reward.reference is not None:
            _take_back(reward, reward.reference, bond.programme.name, by_the_rules(act))
        reward.save()


def _take_back(reward: Reward, reference: UUID, reason: str, act: Act) -> None:
    try:
        if reward.kind == Reward.Kind.POINTS:
            reward.debt = take_back_points(**act, grant_id=reference, reason=reason).debt
        else:
            withdraw_coupon(**act, coupon_id=reference, reason=reason)
    except Problem as problem:  # used, or taken back by hand before
        reward.state, reward.problem = Reward.State.KEPT, problem.code
        return
    reward.state = Reward.State.TAKEN_BACK
