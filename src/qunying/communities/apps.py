"""The noun ``communities`` knows the common platforms from the start."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommunitiesConfig(AppConfig):
    """Communities: groups of people on platforms."""

    name = "qunying.communities"

    def ready(self) -> None:
        """Have the shipped platforms put in place whenever the tables are."""
        post_migrate.connect(_put_platforms_in_place, sender=self)


def _put_platforms_in_place(**_signal: Any) -> None:
    """Create shipped platforms where they are missing; what staff changed stays as it is."""
    from qunying.communities.models import Platform
    from qunying.communities.platforms import shipped_rows

    Platform.objects.bulk_create([Platform(**row) for row in shipped_rows()], ignore_conflicts=True)
