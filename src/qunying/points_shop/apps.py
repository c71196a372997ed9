"""The noun ``points_shop`` tells the ledger what its movements are called, and what the audit should ask."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PointsShopConfig(AppConfig):
    """The points shop: goods, coupons and chances for points."""

    name = "qunying.points_shop"

    def ready(self) -> None:
        """Have what the shop moves in the book called by its name, and audited."""
        from qunying.ledger.naming import KIND_NAMES

        import_module("qunying.points_shop.integrity")
        import_module("qunying.points_shop.origins").register()
        KIND_NAMES.update(
            {"chances_bought": _("Chances bought"), "chances_given_back": _("Bought chances given back")}
        )
