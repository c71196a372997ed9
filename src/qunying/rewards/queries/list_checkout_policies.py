"""What points pay at the checkout, version by version."""

from django.db.models import QuerySet

from qunying.rewards.models import CheckoutPolicy


def list_checkout_policies() -> QuerySet[CheckoutPolicy]:
    """Return every version; order them by ``-number`` for the one that holds first."""
    return CheckoutPolicy.objects.all()
