"""Moderation fills the hook that the nouns below ask before they show what a member says."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ModerationConfig(AppConfig):
    """The noun ``moderation``."""

    name = "qunying.moderation"

    def ready(self) -> None:
        """Have the catalogue, the first rules and policy, and the texts of notices put in place whenever the tables are."""
        post_migrate.connect(_put_built_ins_in_place, sender=self)


def _put_built_ins_in_place(**_signal: Any) -> None:
    from qunying.moderation.built_in import put_in_place

    put_in_place()
