"""The noun ``rewards`` adds its own checks to the audit of the book."""

from importlib import import_module

from django.apps import AppConfig


class RewardsConfig(AppConfig):
    """Rewards: coupons and points."""

    name = "qunying.rewards"

    def ready(self) -> None:
        """Let the audit know what coupons and the book must agree on, and the book what coupons are called."""
        import_module("qunying.rewards.integrity")
        import_module("qunying.rewards.names_in_the_book")
