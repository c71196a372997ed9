"""A friend has ordered."""

from datetime import datetime, timedelta
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.members.queries.get_member import list_own_ids, resolve_member_id
from qunying.referrals.models import Bond
from qunying.referrals.standing import lock_bond, qualify


@action
def note_order(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_id: UUID,
    order_id: UUID | None,
    amount_minor: int,
    currency: str,
    paid_at: datetime,
) -> str:
    """Let an invitation count if this order is the one that it waits for, and return where it stands; empty without one.

    The first order that reaches the programme's least amount counts, within its days, in its currency. Said again it changes nothing.
    """
    ids = list_own_ids(resolve_member_id(member_id))
    found = Bond.objects.filter(invited_id__in=ids).values_list("id", flat=True).first()
    if found is None:
        return ""
    bond = lock_bond(found)
    programme = bond.programme
    in_time = bond.bound_at <= paid_at <= bond.bound_at + timedelta(days=programme.within_days)
    enough = currency == programme.currency and amount_minor >= max(programme.least_order_minor, 1)
    if bond.state == Bond.State.WAITING and in_time and enough:
        bond.order_id, bond.order_minor = order_id, amount_minor
        qualify(bond, Act(command_id=command_id, actor=actor, now=now))
    return bond.state
