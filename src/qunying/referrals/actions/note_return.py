"""A friend's order went back."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.referrals.acting import tell
from qunying.referrals.events import REFERRAL_RETURNED
from qunying.referrals.giving import take_all_back
from qunying.referrals.models import Bond
from qunying.referrals.standing import lock_bond, went_back


@action
def note_return(*, command_id: str, actor: Actor, now: datetime, bond_id: UUID, refunded_minor: int) -> str:
    """Note how much of the order that counted has been given back in all, and return where the invitation stands.

    Below the programme's least amount it counts no longer: what is held is not given, what was given is taken back (spent points
    become a debt). Amounts only grow, so that reports in any order and twice lead to the same.

    Args:
        refunded_minor: in all, in minor units.

    Raises:
        UnknownInvitation.
    """
    bond = lock_bond(bond_id)
    if refunded_minor <= bond.refunded_minor:
        return bond.state
    bond.refunded_minor = refunded_minor
    before = bond.state
    counts = {Bond.State.HELD, Bond.State.REVIEW, Bond.State.REWARDED}
    if before in counts and went_back(bond):
        if before == Bond.State.REWARDED:
            take_all_back(bond, Act(command_id=command_id, actor=actor, now=now))
        bond.state = Bond.State.RETURNED
        tell(REFERRAL_RETURNED, bond, now, state=before)
    bond.save()
    return bond.state
