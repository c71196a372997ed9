"""The noun ``activities`` tells the ledger what its money and chances are called, and what the audit should ask."""

from collections.abc import Collection
from importlib import import_module
from uuid import UUID

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    """Activities: lotteries, red packets and the like."""

    name = "qunying.activities"

    def ready(self) -> None:
        """Have what activities move in the book called by its name, and audited."""
        from qunying.ledger.accounts import OwnerKind
        from qunying.ledger.naming import KIND_NAMES, register_asset_names, register_owner_names
        from qunying.ledger.queries.list_budgets import FUNDING_KINDS

        import_module("qunying.activities.integrity")
        import_module("qunying.activities.notices")
        import_module("qunying.activities.origins").register()
        import_module("qunying.activities.owing")
        import_module("qunying.activities.reviewing").register()
        import_module("qunying.activities.vote_signs").register()
        FUNDING_KINDS.update({"activity_funded", "activity_refunded"})
        register_owner_names(OwnerKind.CAMPAIGN, _names, "activities.activity")
        register_asset_names("chance", _("Chances"), _names, "activities.activity")
        KIND_NAMES.update(
            {
                "activity_funded": _("Set aside for an activity"),
                "activity_refunded": _("Given back by an activity"),
                "red_packet_paid": _("Red packet opened"),
                "chances_given": _("Chances given"),
                "chance_used": _("Chance used"),
            }
        )


def _names(activity_ids: Collection[UUID]) -> dict[UUID, str]:
    from qunying.activities.models import Activity

    return dict(Activity.objects.filter(pk__in=activity_ids).values_list("id", "title"))
