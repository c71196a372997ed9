"""Whether something waits to be sealed."""

from qunying.ledger.models import Transaction


def has_unsealed() -> bool:
    """Tell whether a transaction has no block yet."""
    return Transaction.objects.filter(block=None).exists()
