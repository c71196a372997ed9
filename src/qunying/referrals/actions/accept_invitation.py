"""A new member says who brought them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.queries.find_restriction import require_unrestricted
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.acts import Act
from qunying.kernel.failpoints import failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import lock_living_member, resolve_member_id
from qunying.members.queries.list_contacts import list_staff_accounts
from qunying.referrals.acting import tell
from qunying.referrals.events import REFERRAL_BOUND
from qunying.referrals.line import check_line, hold_line
from qunying.referrals.models import Bond, Programme
from qunying.referrals.models.programme import Qualifies
from qunying.referrals.queries.find_programme import get_code, get_open_programme
from qunying.referrals.standing import qualify
from qunying.shop.queries.list_orders import count_orders
from qunying.vetting.actions.note_mark import note_mark
from qunying.vetting.hashing import DEVICE, NETWORK


class NotNew(Problem):
    """The member was here before the invitation."""

    code = "invited_not_new"
    kind = Kind.CONFLICT
    message = _("Invitations are for new members. You have been with us for a while already: thank you!")


class StaffInvitation(Problem):
    """Staff and test accounts bring nobody."""

    code = "staff_invitation"
    kind = Kind.CONFLICT
    message = _("Staff and test accounts take no part in invitations.")


@dataclass(frozen=True)
class InvitationAccepted:
    """The bond, and where it stands."""

    bond_id: UUID
    state: str


@action
def accept_invitation(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_id: UUID,
    code: str,
    device: str = "",
    address: str = "",
) -> InvitationAccepted:
    """Bind a new member to whoever brought them, once and for good; the line never closes into a circle.

    Args:
        code: of the inviter's link, in whatever spelling.
        device: what tells the member's device apart, if known; only a keyed hash is kept.
        address: the network address they come from, if known; only a keyed hash of its block is kept.

    Raises:
        ProgrammeNotOpen, UnknownCode, MemberNotFound, MemberRestricted, BadMark.
        SelfInvitation, AlreadyInvited, InvitationCycle, LineTooLong, NotNew, StaffInvitation.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="referrals.accept_invitation")
    act = Act(command_id=command_id, actor=actor, now=now)
    programme = get_open_programme()
    inviter_id = resolve_member_id(get_code(code).member_id)
    hold_line()
    member = lock_living_member(member_id)
    check_line(inviter_id, member.id)
    if list_staff_accounts({inviter_id, member.id}):
        raise StaffInvitation
    is_new = member.first_seen_at > now - timedelta(days=programme.new_within_days)
    if not is_new or count_orders(member.id):
        raise NotNew
    for who in (inviter_id, member.id):
        require_unrestricted(who, None, now, takes="activities")
    failpoint("referrals.line_checked")
    for kind, value in ((DEVICE, device), (NETWORK, address)):
        if value:
            note_mark(**act, member_id=member.id, mark_kind=kind, value=value)
    bond = _bind(programme, inviter_id, member.id, act)
    return InvitationAccepted(bond.id, bond.state)


def _bind(programme: Programme, inviter_id: UUID, invited_id: UUID, act: Act) -> Bond:
    bond = Bond.objects.create(
        programme=programme, inviter_id=inviter_id, invited_id=invited_id, bound_at=act["now"]
    )
    tell(REFERRAL_BOUND, bond, act["now"])
    if programme.qualifies == Qualifies.JOINED:
        qualify(bond, act)
    return bond
