"""The noun ``content`` says what it gave points for."""

from importlib import import_module

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """Content items, what members send in, boards."""

    name = "qunying.content"

    def ready(self) -> None:
        """Let statements ask content."""
        import_module("qunying.content.origins").register()
