"""The return window of an invitation has ended."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.referrals.acting import tell
from qunying.referrals.events import REFERRAL_REWARDED
from qunying.referrals.giving import give_all
from qunying.referrals.models import Bond
from qunying.referrals.standing import hold_if_suspicious, lock_bond


@action
def settle_invitation(*, command_id: str, actor: Actor, now: datetime, bond_id: UUID) -> str:
    """Give what was promised if the time has come and nothing speaks against it, and return where the invitation stands.

    It is judged once more as things stand now; with signs it waits for a person. Too early, or settled before: nothing changes.

    Raises:
        UnknownInvitation.
    """
    bond = lock_bond(bond_id)
    if bond.state != Bond.State.HELD or bond.matures_at is None or now < bond.matures_at:
        return bond.state
    act = Act(command_id=command_id, actor=actor, now=now)
    if hold_if_suspicious(bond, act):
        return bond.state
    give_all(bond, act)
    bond.state, bond.settled_at = Bond.State.REWARDED, now
    bond.save()
    tell(REFERRAL_REWARDED, bond, now)
    return bond.state
