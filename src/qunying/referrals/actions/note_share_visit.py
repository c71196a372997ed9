"""Somebody came over a member's link."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import is_erased, list_own_ids, resolve_member_id
from qunying.referrals.events import SHARE_VISITED
from qunying.referrals.models import Programme, ShareLink, ShareVisit
from qunying.referrals.sharing import UnknownShare
from qunying.stream.record import NewEvent, record
from qunying.vetting.hashing import DEVICE, NETWORK, digest_of
from qunying.vetting.queries.list_shared import has_mark


@action
def note_share_visit(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    code: str,
    device: str,
    address: str,
    member_id: UUID | None = None,
) -> bool:
    """Count a visitor, a device once for the shared page, and return whether they count; the sharer does not.

    Args:
        device, address: what tells the visitor apart; only keyed hashes are kept.
        member_id: who they are, if signed in.

    Raises:
        UnknownShare, BadMark.
    """
    link = _lock_link(code)
    if link.offer.state != Programme.State.OPEN or not device:
        return False
    sharer = resolve_member_id(link.member_id)
    visitor, network = digest_of(DEVICE, device), digest_of(NETWORK, address)
    if member_id in list_own_ids(sharer) or has_mark(sharer, DEVICE, visitor):
        return False
    day = clock.local_day(now, get_brand().zone)
    counts = ShareVisit.objects.filter(link=link, day=day, is_counted=True).count() < link.offer.per_day
    try:
        with transaction.atomic():
            ShareVisit.objects.create(
                offer=link.offer,
                link=link,
                visitor=visitor,
                network=network,
                day=day,
                is_counted=counts,
                at=now,
            )
    except IntegrityError:  # the device was there before, over whatever link
        return False
    if not counts:
        return False
    record(
        NewEvent(
            type=SHARE_VISITED,
            occurred_at=now,
            received_at=now,
            member_id=sharer,
            campaign_id=link.offer.campaign_id,
            properties={"offer_id": str(link.offer_id)},
        )
    )
    return True


def _lock_link(code: str) -> ShareLink:
    rows = ShareLink.objects.select_for_update(no_key=True, of=["self"]).select_related("offer")
    link = rows.filter(code=code.strip().upper()[:12]).first()
    if link is None or is_erased(link.member_id):
        raise UnknownShare
    return link
