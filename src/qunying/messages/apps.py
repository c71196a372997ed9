"""Django already has an application called messages; ours keeps its noun and takes another label."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MessagesConfig(AppConfig):
    """The noun ``messages`` under the label ``outreach``."""

    name = "qunying.messages"
    label = "outreach"
    default = True

    def ready(self) -> None:
        """Have the built-in channel and templates put in place whenever the tables are."""
        from qunying.messages.own_notices import declare

        declare()
        post_migrate.connect(_put_built_ins_in_place, sender=self)


def _put_built_ins_in_place(**_signal: Any) -> None:
    from qunying.messages.built_in import put_in_place

    put_in_place()
