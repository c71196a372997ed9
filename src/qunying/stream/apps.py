"""The stream as a Django application: it knows all events and reactions, and prepares its tables."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class StreamConfig(AppConfig):
    """The stream."""

    name = "qunying.stream"

    def ready(self) -> None:
        """Learn what the nouns declare; ask to be told of migrations."""
        autodiscover_modules("events", "doors.reactions")
        post_migrate.connect(_after_migration, sender=self)


def _after_migration(**_: Any) -> None:
    """Make the partitions ahead and give each new reaction its starting point."""
    from qunying.kernel import clock
    from qunying.stream.partitions import ensure_partitions
    from qunying.stream.run_reactions import start_readers

    ensure_partitions(clock.now())
    start_readers(clock.now())
