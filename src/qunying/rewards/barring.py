"""Who gets nothing of a campaign, under whatever id they were known when that was written down."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_ids_of, list_own_ids
from qunying.rewards.models import Bar


class OfferBarred(Problem):
    """The member gets nothing of the campaign. Whether they are held out is not told: they may read it."""

    code = "offer_barred"
    kind = Kind.CONFLICT
    message = _("“{offer}” is not given to this member.")


class PointsBarred(Problem):
    """The member gets nothing of the campaign, points neither."""

    code = "points_barred"
    kind = Kind.CONFLICT
    message = _("This member gets no points of this campaign.")


def list_barred(member_ids: Collection[UUID], campaign_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the members who get nothing of one of the campaigns, also by an id merged with them."""
    if not campaign_ids or not Bar.objects.filter(campaign_id__in=campaign_ids).exists():
        return set()
    ids = list_ids_of(member_ids)
    barred = Bar.objects.filter(campaign_id__in=campaign_ids, member_id__in=list(ids))
    return {ids[key] for key in barred.values_list("member_id", flat=True)}


def list_barring(member_id: UUID, campaign_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the campaigns of which a member gets nothing, also by an id merged with them."""
    if not campaign_ids:
        return set()
    bars = Bar.objects.filter(campaign_id__in=campaign_ids, member_id__in=list_own_ids(member_id))
    return set(bars.values_list("campaign_id", flat=True))


def check_not_barred(member_id: UUID, campaign_ids: Collection[UUID], offer: str) -> None:
    """Refuse a member who gets nothing of one of the campaigns.

    Raises:
        OfferBarred.
    """
    if list_barred([member_id], campaign_ids):
        raise OfferBarred(offer=offer)
