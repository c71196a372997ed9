"""What referrals do by themselves when something has happened."""

from datetime import datetime, timedelta

from qunying.kernel.actors import system
from qunying.referrals.actions.note_order import note_order
from qunying.referrals.actions.note_return import note_return
from qunying.referrals.models import Bond
from qunying.stream.react import StreamEvent, reaction

LATEST = timedelta(days=90)


# One reaction for both, so that an order and its return are read in the order of the stream.
@reaction("order_paid", "order_refunded", max_age=LATEST)
def follow_orders(event: StreamEvent, now: datetime) -> None:
    """Let an invitation count with the friend's order, and no longer when that went back."""
    actor, command_id = system("referrals"), f"referral:{event.id}"
    if event.name == "order_paid" and event.member_id is not None:
        note_order(
            command_id=command_id,
            actor=actor,
            now=now,
            member_id=event.member_id,
            order_id=event.order_id,
            amount_minor=event.amount_minor or 0,
            currency=event.currency or "",
            paid_at=event.occurred_at,
        )
    elif event.order_id is not None:
        for bond in Bond.objects.filter(order_id=event.order_id):
            refunded = bond.refunded_minor + abs(event.amount_minor or 0)
            note_return(command_id=command_id, actor=actor, now=now, bond_id=bond.id, refunded_minor=refunded)
