"""What coupons, and movements of theirs that are no events, are called in the ledger."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.ledger.naming import KIND_NAMES, register_asset_names
from qunying.rewards.models import CouponTemplate


def _names(template_ids: Collection[UUID]) -> dict[UUID, str]:
    return dict(CouponTemplate.objects.filter(pk__in=template_ids).values_list("id", "name"))


register_asset_names("coupon", _("Coupons"), _names, "rewards.template")
KIND_NAMES["coupon_ended"] = _("Coupon ended")
KIND_NAMES["discount_given_back"] = _("Discount given back")
KIND_NAMES["offer_reserved"] = _("Automatic offer reserved")
KIND_NAMES["offer_released"] = _("Automatic offer freed")
KIND_NAMES["carried_over"] = _("Carried over from a merged member")
