"""The noun ``referrals`` tells vetting what may be held of it."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Who brought whom, and what they get for it."""

    name = "qunying.referrals"

    def ready(self) -> None:
        """Have invitations called by their name in the queue of what is held, and in statements."""
        from qunying.referrals import origins, reviewing, sharing

        origins.register()
        reviewing.register()
        sharing.register()
