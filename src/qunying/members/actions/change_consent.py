"""A member agrees to be contacted on a channel, or withdraws."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.members.events import CONSENT_CHANGED
from qunying.members.models import Consent, ConsentText
from qunying.members.queries.get_member import lock_living_member
from qunying.stream.record import NewEvent, record

MAX_TEXT_LENGTH = 5000
_CHANNEL = re.compile(r"[a-z][a-z_]{0,19}")


class BadChannel(Problem):
    """Not the kind of a message channel."""

    code = "bad_consent_channel"
    kind = Kind.INVALID
    message = _("“{channel}” is not a kind of channel such as “email” or “wecom”.")


@dataclass(frozen=True)
class ConsentChanged:
    """The consent before and now: ``granted``, ``withdrawn``, or empty for “never asked”."""

    member_id: UUID
    channel: str
    old: str
    new: str
    text_hash: str


@action
def change_consent(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_id: UUID,
    channel: str,
    granted: bool,
    text: str,
) -> ConsentChanged:
    """Enter what a member says about being contacted on a channel, with the wording in front of them.

    Every answer is an event, also the same answer to another wording; the present state is a row.

    Args:
        channel: the kind of channel (``email``, ``mailbox``, ``wecom`` …).
        granted: whether they agree.
        text: the wording that they saw, kept under its SHA-256.

    Raises:
        MemberNotFound: when there is no such member.
        BadChannel, BadText: when channel or wording are not what they should be.
    """
    checked_channel(channel)
    text_hash = keep_wording(text, now)
    member = lock_living_member(member_id)
    present = Consent.objects.filter(member=member, channel=channel).first()
    old = "" if present is None else word(present.granted)
    new = word(granted)
    answer = ConsentChanged(member.id, channel, old, new, text_hash)
    if present is not None and (present.granted, present.text_hash) == (granted, text_hash):
        return answer
    Consent.objects.update_or_create(
        member=member,
        channel=channel,
        defaults={"granted": granted, "text_hash": text_hash, "changed_at": now},
    )
    record(
        NewEvent(
            type=CONSENT_CHANGED,
            occurred_at=now,
            received_at=now,
            member_id=member.id,
            properties={
                "channel": channel,
                "old": old,
                "new": new,
                "text_hash": text_hash,
                "actor": actor.key,
            },
        )
    )
    return answer


def checked_channel(channel: str) -> str:
    """Return the kind of channel; raises BadChannel when it cannot be one."""
    if not _CHANNEL.fullmatch(channel):
        raise BadChannel(channel=channel[:20])
    return channel


def keep_wording(text: str, now: datetime) -> str:
    """Keep the wording that members saw, once, and return its SHA-256; raises BadText."""
    wording = checked_text(text, field="text", max_length=MAX_TEXT_LENGTH, lines=True)
    text_hash = hashlib.sha256(wording.encode()).hexdigest()
    ConsentText.objects.get_or_create(hash=text_hash, defaults={"text": wording, "first_used_at": now})
    return text_hash


def word(granted: bool) -> str:
    """Return what an answer is called in events."""
    return "granted" if granted else "withdrawn"
