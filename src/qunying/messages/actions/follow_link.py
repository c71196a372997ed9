"""Somebody opened the link of a message."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.signed_links import BrokenLink, ExpiredLink
from qunying.members.queries.get_member import is_erased
from qunying.messages.events import MESSAGE_CLICKED
from qunying.messages.models import Send
from qunying.messages.sending.links import target_path
from qunying.stream.record import NewEvent, record


@dataclass(frozen=True)
class Followed:
    """The member page to show, with its token."""

    path: str


@action
def follow_link(*, command_id: str, actor: Actor, now: datetime, send_id: UUID) -> Followed:
    """Lead on to the page behind a message's link; the first time, note that the member opened it.

    The note is an observation: whoever has the link, or a program that looks at mails, can cause it. Nothing
    of value may hang on it. A post to a community carries nobody's name, so nothing is noted.

    Raises:
        BrokenLink: when the message has no link.
        ExpiredLink: when it was to somebody who was erased since.
    """
    send = Send.objects.select_related("plan", "channel").filter(pk=send_id, plan__link__isnull=False).first()
    if send is None:
        raise BrokenLink
    if send.member_id is not None and is_erased(send.member_id):
        raise ExpiredLink
    if send.member_id is not None and Send.objects.filter(pk=send_id, clicked_at=None).update(clicked_at=now):
        record(
            NewEvent(
                type=MESSAGE_CLICKED,
                occurred_at=now,
                received_at=now,
                member_id=send.member_id,
                campaign_id=send.campaign_id,
                properties={"send": str(send.pk), "channel": send.channel.kind, "step": send.step},
            )
        )
    return Followed(target_path(send))
