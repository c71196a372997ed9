"""Moderation fills the hook that the nouns below ask before they show what a member says."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from qunying.content.screening import Spoken, Verdict, register_screen


class ModerationConfig(AppConfig):
    """The noun ``moderation``."""

    name = "qunying.moderation"

    def ready(self) -> None:
        """Answer when it is asked whether something may be shown; have what is built in put in place whenever the tables are."""
        register_screen(_screen)
        post_migrate.connect(_put_built_ins_in_place, sender=self)


def _screen(spoken: Spoken) -> Verdict:
    from qunying.moderation.spoken import screen_spoken

    return screen_spoken(spoken)


def _put_built_ins_in_place(**_signal: Any) -> None:
    from qunying.moderation.built_in import put_in_place

    put_in_place()
