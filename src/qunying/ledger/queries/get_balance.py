"""The balance of an account."""

from uuid import UUID

from qunying.ledger.accounts import AccountRef, OwnerKind, Purpose
from qunying.ledger.models import Account


def get_balance(ref: AccountRef) -> int:
    """Return the balance of an account; one that was never used has zero."""
    found = Account.objects.filter(
        owner_kind=ref.owner_kind, owner_id=ref.owner_id, asset=ref.asset, purpose=ref.purpose
    )
    return found.values_list("balance", flat=True).first() or 0


def list_balances(owner_kind: OwnerKind, owner_id: UUID) -> list[tuple[AccountRef, int]]:
    """Return what an owner has, by asset and purpose, without the empty accounts."""
    accounts = Account.objects.filter(owner_kind=owner_kind, owner_id=owner_id).exclude(balance=0)
    return [
        (AccountRef(owner_kind, owner_id, account.asset, Purpose(account.purpose)), account.balance)
        for account in accounts.order_by("asset", "purpose")
    ]
