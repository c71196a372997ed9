"""The noun ``rewards`` adds its own checks to the audit of the book, and names to what nouns below show."""

from importlib import import_module

from django.apps import AppConfig


class RewardsConfig(AppConfig):
    """Rewards: coupons and points."""

    name = "qunying.rewards"

    def ready(self) -> None:
        """Let the audit know what coupons and the book must agree on, and others what coupons and tiers are called."""
        import_module("qunying.rewards.integrity")
        import_module("qunying.rewards.names_in_the_book")
        import_module("qunying.rewards.tiers.naming")
