"""Moderation fills the hook that the nouns below ask before they show what a member says."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """The noun ``moderation``."""

    name = "qunying.moderation"
