"""Finding promotions, and the problems that their life has."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.rewards.models import Promotion


class UnknownPromotion(Problem):
    """There is no such automatic offer."""

    code = "unknown_promotion"
    kind = Kind.NOT_FOUND
    message = _("There is no such automatic offer.")


class PromotionNotDraft(Problem):
    """The version was opened; its terms stay."""

    code = "promotion_not_draft"
    kind = Kind.CONFLICT
    message = _("“{offer}” has been opened: its terms stay. Make a new version to change it.")


class PromotionNotOpen(Problem):
    """The version is a draft, or closed already."""

    code = "promotion_not_open"
    kind = Kind.CONFLICT
    message = _("“{offer}” is not running.")


class DraftExists(Problem):
    """A new version is being written already."""

    code = "draft_exists"
    kind = Kind.CONFLICT
    message = _("A new version of “{offer}” is being written already.")


class CampaignHasNoBudget(Problem):
    """The campaign that is to pay for the offer has no budget."""

    code = "campaign_has_no_budget"
    kind = Kind.CONFLICT
    message = _("“{offer}” needs a campaign that is running and has a budget in {currency}.")


def find_promotion(promotion_id: UUID, *, lock: bool = False) -> Promotion:
    """Return a promotion.

    Raises:
        UnknownPromotion: when there is none.
    """
    rows = Promotion.objects.select_for_update(no_key=True) if lock else Promotion.objects.all()
    promotion = rows.filter(pk=promotion_id).first()
    if promotion is None:
        raise UnknownPromotion
    return promotion
