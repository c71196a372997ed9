"""The noun ``campaigns`` tells the ledger what its budgets belong to."""

from collections.abc import Collection
from uuid import UUID

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Campaigns: plans, launches, reports."""

    name = "qunying.campaigns"

    def ready(self) -> None:
        """Have campaigns called by their names in the ledger."""
        from qunying.ledger.accounts import OwnerKind
        from qunying.ledger.naming import register_owner_names

        register_owner_names(OwnerKind.CAMPAIGN, _names, "campaigns.plan")


def _names(campaign_ids: Collection[UUID]) -> dict[UUID, str]:
    from qunying.campaigns.models import Campaign

    return dict(Campaign.objects.filter(pk__in=campaign_ids).values_list("id", "name"))
