"""Somebody clicks on the page of a link that signs them in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.guessing import count_attempt
from qunying.members.models import Member, SignInLinkUse
from qunying.members.queries.find_link_owner import is_link_open
from qunying.members.queries.get_member import find_member, lock_member
from qunying.members.sign_in_links import read_sign_in_link
from qunying.members.signing_in import begin_session, lock_open_code, use_code


@dataclass(frozen=True)
class LinkRedeemed:
    """The session of who signed in; None when the link was used before, or its code was."""

    session_id: UUID | None


@action
def redeem_sign_in_link(
    *, command_id: str, actor: Actor, now: datetime, token: str, address: str
) -> LinkRedeemed:
    """Start a session for who holds a link, once.

    The link beside a code is that code: whichever is used first uses up both, and who asked to join is a
    member from then on. The link of any other message proves less, because messages are passed on: its
    session does not open the pages for which somebody has to show that a contact is theirs.

    Args:
        token: what the link carries.
        address: the network address that tries.

    Raises:
        BrokenLink: one sign of it is different, or it was made for another purpose.
        ExpiredLink: its time is over.
        TooManyAttempts: after 10 tries in a minute from one address, with codes and links.
    """
    count_attempt(f"code_tried_from:{address}", now=now, limit=10)
    link = read_sign_in_link(token, now)
    if link.member_id is None:
        row = lock_open_code(link.id, now)
        if row is None:
            return LinkRedeemed(None)
        return LinkRedeemed(use_code(row, command_id=command_id, actor=actor, now=now))
    member = _held(link.member_id)
    if member is None or not is_link_open(link, now) or not _use_up(link.id, now):
        return LinkRedeemed(None)
    return LinkRedeemed(begin_session(member.id, now, is_proved=False))


def _held(member_id: UUID) -> Member | None:
    """Return whom a link is for, their row held: whoever is being erased at this moment is erased first."""
    member = find_member(member_id)
    return member if member is None or disabled_guard("members.link_use") else lock_member(member_id)


def _use_up(link_id: UUID, now: datetime) -> bool:
    """Note that a link was used and tell whether this is the first time."""
    if disabled_guard("members.link_use"):
        is_first = not SignInLinkUse.objects.filter(pk=link_id).exists()
        failpoint("members.link_read")
        SignInLinkUse.objects.bulk_create([SignInLinkUse(id=link_id, used_at=now)], ignore_conflicts=True)
        return is_first
    _use, is_first = SignInLinkUse.objects.get_or_create(pk=link_id, defaults={"used_at": now})
    return is_first
