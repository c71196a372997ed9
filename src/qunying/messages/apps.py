"""Django already has an application called messages; ours keeps its noun and takes another label."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The noun ``messages`` under the label ``outreach``."""

    name = "qunying.messages"
    label = "outreach"
    default = True
