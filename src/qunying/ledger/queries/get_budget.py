"""The budget of a campaign: its total, what is held for open promises, what is spent, what is free."""

from dataclasses import dataclass
from uuid import UUID

from qunying.ledger.accounts import OwnerKind, Purpose
from qunying.ledger.models import Account


@dataclass(frozen=True)
class Budget:
    """All in minor units; ``total = held + spent + free``.

    ``currency`` is empty when no budget was opened.
    """

    currency: str
    held: int
    spent: int
    free: int

    @property
    def total(self) -> int:
        """What was given to the campaign and not taken back."""
        return self.held + self.spent + self.free


def get_budget(campaign_id: UUID) -> Budget:
    """Return a campaign's budget; all zero when none was opened."""
    accounts = Account.objects.filter(owner_kind=OwnerKind.CAMPAIGN, owner_id=campaign_id)
    balances = {account.purpose: account for account in accounts}
    currency = next((account.asset.upper() for account in balances.values()), "")

    def balance(purpose: Purpose) -> int:
        return balances[purpose].balance if purpose in balances else 0

    return Budget(
        currency, balance(Purpose.BUDGET_HELD), balance(Purpose.BUDGET_SPENT), balance(Purpose.BUDGET)
    )
