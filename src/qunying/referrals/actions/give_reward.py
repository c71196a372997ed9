"""Try again to give a reward that is still owed."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.referrals.giving import hand_over
from qunying.referrals.models import Reward
from qunying.referrals.standing import lock_bond


class RewardNotOwed(Problem):
    """There is no such reward, or it is not owed."""

    code = "reward_not_owed"
    kind = Kind.CONFLICT
    message = _("This reward is not owed any more.")


@action
def give_reward(*, command_id: str, actor: Actor, now: datetime, reward_id: UUID) -> str:
    """Give an owed reward if it can be given now, and return its state.

    Raises:
        RewardNotOwed.
    """
    found = Reward.objects.filter(pk=reward_id).values_list("bond_id", flat=True).first()
    if found is None:
        raise RewardNotOwed
    bond = lock_bond(found)
    reward = Reward.objects.get(pk=reward_id)
    if reward.state != Reward.State.OWED:
        raise RewardNotOwed
    hand_over(reward, bond, Act(command_id=command_id, actor=actor, now=now))
    reward.save()
    return reward.state
