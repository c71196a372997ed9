"""Automatic offers: one, all, the versions of one; and how deep offers may go."""

from uuid import UUID

from django.db.models import QuerySet

from qunying.rewards.models import PriceFloor, Promotion
from qunying.rewards.pricing.promotions import find_promotion


def get_promotion(promotion_id: UUID) -> Promotion:
    """Return a version of an automatic offer.

    Raises:
        UnknownPromotion: when there is none.
    """
    return find_promotion(promotion_id)


def list_promotions(
    *, state: str = "", search: str = "", campaign_id: UUID | None = None
) -> QuerySet[Promotion]:
    """Return automatic offers, newest first where a page is cut; of a state, a campaign, or with some letters in their name."""
    promotions = Promotion.objects.all()
    if campaign_id is not None:
        promotions = promotions.filter(campaign_id=campaign_id)
    if state:
        promotions = promotions.filter(state=state)
    return promotions.filter(name__icontains=search) if search else promotions


def list_versions(promotion: Promotion) -> list[Promotion]:
    """Return all versions of an offer, newest first."""
    return list(Promotion.objects.filter(series=promotion.series).order_by("-version"))


def list_price_floors() -> list[PriceFloor]:
    """Return how much of their list price products keep at least: for all, by tag, by product."""
    return list(PriceFloor.objects.order_by("kind", "key"))
