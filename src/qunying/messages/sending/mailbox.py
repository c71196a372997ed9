"""The built-in mailbox: keeps what would have gone out.

It has no provider, so a message is delivered in the gate's own transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from qunying.messages.models import Channel, MailboxItem, Send
from qunying.messages.reasons import State
from qunying.messages.rendering import Rendered
from qunying.messages.sending.tell import tell_outcomes

WITHOUT_PROVIDER = (Channel.Kind.MAILBOX, Channel.Kind.BY_HAND)


def deliver(
    sends: Sequence[Send], texts: Mapping[UUID, Rendered], now: datetime, *, by_hand: bool = False
) -> None:
    """Put the texts of sends into the mailbox and call them sent; or lay them out for a person to post.

    A message sent again on a person's word replaces its first copy.
    """
    if not sends:
        return
    MailboxItem.objects.bulk_create(
        [
            MailboxItem(
                send=send,
                channel_id=send.channel_id,
                recipient=send.member.name if send.member else "",
                subject=texts[send.pk].subject,
                body=texts[send.pk].body,
                delivered_at=now,
            )
            for send in sends
        ],
        update_conflicts=True,
        unique_fields=["send"],
        update_fields=["subject", "body", "delivered_at"],
    )
    ids = [send.pk for send in sends]
    if by_hand:
        Send.objects.filter(pk__in=ids).update(
            state=State.BY_HAND, due_at=now, lease=None, leased_until=None, sealed_variables=""
        )
        return
    Send.objects.filter(pk__in=ids).update(
        state=State.SENT, settled_at=now, lease=None, leased_until=None, sealed_variables=""
    )
    tell_outcomes(ids, now)
