"""Where a bond stands: it counts, is held, is given, comes back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids, lock_member
from qunying.referrals.acting import tell
from qunying.referrals.events import REFERRAL_QUALIFIED
from qunying.referrals.judging import signs_of
from qunying.referrals.models import Bond
from qunying.vetting.actions.file_case import file_case
from qunying.vetting.reasons import known

SUBJECT = "referral"
_UNREWARDED = (Bond.State.REFUSED, Bond.State.RETURNED, Bond.State.WAITING, Bond.State.LAPSED)


class UnknownInvitation(Problem):
    """There is no such invitation."""

    code = "unknown_invitation"
    kind = Kind.NOT_FOUND
    message = _("There is no such invitation.")


def lock_bond(bond_id: UUID) -> Bond:
    """Return a bond with its programme, its row held until the transaction ends.

    Raises:
        UnknownInvitation.
    """
    bond = (
        Bond.objects.select_for_update(no_key=True, of=["self"])
        .select_related("programme")
        .filter(pk=bond_id)
        .first()
    )
    if bond is None:
        raise UnknownInvitation
    return bond


def went_back(bond: Bond) -> bool:
    """Tell whether what is left of the order that counted is below the programme's least amount."""
    least = max(bond.programme.least_order_minor, 1)
    return bond.order_id is not None and bond.order_minor - bond.refunded_minor < least


def qualify(bond: Bond, act: Act) -> None:
    """Let a bond count from now on: within the inviter's caps, held until the return window ends, judged; saves it."""
    now = act["now"]
    inviter = lock_member(bond.inviter_id)  # caps are counted one invitation after the other
    bond.is_capped = _is_capped(bond, inviter.id, now)
    bond.qualified_at, bond.matures_at = now, now + timedelta(days=bond.programme.hold_days)
    bond.state = Bond.State.HELD
    bond.save()
    tell(REFERRAL_QUALIFIED, bond, now)
    hold_if_suspicious(bond, act)


def hold_if_suspicious(bond: Bond, act: Act) -> bool:
    """Judge a bond as things stand; with signs it waits for a person instead. One that a person released is not judged again."""
    signs = [] if bond.is_cleared else signs_of(bond)
    if not signs:
        return False
    bond.signs, bond.state = known([*bond.signs, *signs]), Bond.State.REVIEW
    bond.save()
    file_case(**act, subject_kind=SUBJECT, subject_id=bond.id, member_id=bond.inviter_id, reasons=bond.signs)
    return True


def _is_capped(bond: Bond, inviter_id: UUID, now: datetime) -> bool:
    """Tell whether the inviter has as many counting friends as one may have, in all or on this day."""
    programme, zone = bond.programme, get_brand().zone
    counting = Bond.objects.filter(
        programme=programme,
        inviter_id__in=list_own_ids(inviter_id),
        qualified_at__isnull=False,
        is_capped=False,
    ).exclude(state__in=_UNREWARDED)
    if programme.per_inviter is not None and counting.count() >= programme.per_inviter:
        return True
    if programme.per_day is None:
        return False
    today = clock.local_day(now, zone)
    begin, end = clock.day_end(today - timedelta(days=1), zone), clock.day_end(today, zone)
    return counting.filter(qualified_at__gte=begin, qualified_at__lt=end).count() >= programme.per_day
