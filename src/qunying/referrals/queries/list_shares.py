"""Shared pages, links and what they brought."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from qunying.members.queries.get_member import is_erased, list_own_ids
from qunying.referrals.models import Programme, ShareDay, ShareLink, ShareOffer
from qunying.referrals.sharing import UnknownShare


@dataclass(frozen=True)
class OwnShare:
    """A shared page as a member sees it: their code (empty for none yet), visitors who counted, points that they got."""

    offer: ShareOffer
    code: str
    visitors: int
    points: int


def list_share_offers() -> QuerySet[ShareOffer]:
    """Return shared pages with how many links there are and how many visitors counted."""
    return ShareOffer.objects.annotate(
        link_count=Count("links", distinct=True),
        visitor_count=Count("links__visits", filter=Q(links__visits__is_counted=True), distinct=True),
    )


def get_share_offer(offer_id: UUID) -> ShareOffer:
    """Return a shared page.

    Raises:
        UnknownShare.
    """
    found = ShareOffer.objects.filter(pk=offer_id).first()
    if found is None:
        raise UnknownShare
    return found


def get_share_link(code: str) -> ShareLink:
    """Return a link by its code, in whatever case.

    Raises:
        UnknownShare.
    """
    found = ShareLink.objects.select_related("offer", "member").filter(code=code.strip().upper()[:12]).first()
    if found is None or is_erased(found.member_id):
        raise UnknownShare
    return found


def list_own_shares(member_id: UUID) -> list[OwnShare]:
    """Return the pages that a member can share now, with what came of their links."""
    own = list_own_ids(member_id)
    links = {link.offer_id: link for link in ShareLink.objects.filter(member_id__in=own)}
    shares = []
    for offer in ShareOffer.objects.filter(state=Programme.State.OPEN).order_by("-opened_at")[:20]:
        link = links.get(offer.id)
        visitors = link.visits.filter(is_counted=True).count() if link else 0
        days = ShareDay.objects.filter(link=link, state=ShareDay.State.GIVEN) if link else []
        shares.append(OwnShare(offer, link.code if link else "", visitors, sum(day.points for day in days)))
    return shares
