"""The line of invitations: who brought whom, upwards and downwards. It never closes into a circle."""

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.kernel.failpoints import disabled_guard
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids
from qunying.referrals.models import Bond

DEEPEST = 50
_LOCK = 7_221_904_418_002  # one bond is written at a time: two at once could close a circle unseen

# Ids in bonds stay as they were written; merged members are looked up as who they are now.
_UP = """
WITH RECURSIVE up(member_id, depth) AS (
    SELECT %(member)s::uuid, 0
    UNION ALL
    SELECT coalesce(now.member_id, b.inviter_id), up.depth + 1
    FROM up JOIN referrals_bond b
        ON b.invited_id = up.member_id OR b.invited_id IN (SELECT key FROM identity_map WHERE member_id = up.member_id)
    LEFT JOIN identity_map now ON now.key = b.inviter_id
    WHERE up.depth <= %(deepest)s
)
SELECT member_id FROM up WHERE depth > 0 ORDER BY depth
"""


class SelfInvitation(Problem):
    """Nobody brings themselves."""

    code = "self_invitation"
    kind = Kind.CONFLICT
    message = _("This is your own invitation. Send it to a friend.")


class AlreadyInvited(Problem):
    """Somebody is brought once."""

    code = "already_invited"
    kind = Kind.CONFLICT
    message = _("You have accepted an invitation before. That is possible once.")


class InvitationCycle(Problem):
    """The inviter was brought, over however many others, by whom they want to bring."""

    code = "invitation_cycle"
    kind = Kind.CONFLICT
    message = _("You brought this person here, directly or through others. They cannot invite you in turn.")


class LineTooLong(Problem):
    """The line is longer than can be looked through."""

    code = "invitation_line_too_long"
    kind = Kind.CONFLICT
    message = _("This line of invitations has become too long to be continued.")


def hold_line() -> None:
    """Wait until nobody else writes a bond; held until the transaction ends."""
    if disabled_guard("referrals.line_lock"):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def list_line_up(member_id: UUID) -> list[UUID]:
    """Return who brought a member, who brought those, and so on; nearest first, at most 51."""
    with connection.cursor() as cursor:
        cursor.execute(_UP, {"member": member_id, "deepest": DEEPEST})
        return [found for (found,) in cursor.fetchall()]


def check_line(inviter_id: UUID, invited_id: UUID) -> None:
    """Refuse a bond that would lead back to where it starts; the caller holds the line.

    Raises:
        SelfInvitation, AlreadyInvited, InvitationCycle, LineTooLong.
    """
    if inviter_id == invited_id:
        raise SelfInvitation
    if Bond.objects.filter(invited_id__in=list_own_ids(invited_id)).exists():
        raise AlreadyInvited
    above = list_line_up(inviter_id)
    if invited_id in above:
        raise InvitationCycle
    if len(above) >= DEEPEST:
        raise LineTooLong
