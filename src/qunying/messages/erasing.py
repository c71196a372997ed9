"""What is forgotten of an erased member here: what was written to them, and where."""

from qunying.members.erasing import Erasure, erases
from qunying.messages.models import MailboxItem, Send
from qunying.messages.reasons import WAITING_STATES, Reason, State


@erases
def forget_messages(erasure: Erasure) -> dict[str, int]:
    """Forget texts and addresses; what waits is not sent."""
    own = Send.objects.filter(member__in=erasure.ids)
    own.filter(state__in=WAITING_STATES).update(
        state=State.DROPPED, reason=Reason.CANCELLED, settled_at=erasure.now
    )
    own.exclude(address="", sealed_variables="").update(address="", sealed_variables="")
    items = MailboxItem.objects.filter(send__member__in=erasure.ids)
    return {"messages": items.update(recipient="", subject="", body="")}
