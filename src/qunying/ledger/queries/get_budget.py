"""The budget of a campaign: its total, what is held for open promises, what is spent, what is free."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from qunying.ledger.accounts import OwnerKind, Purpose, money_asset
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


def list_free_budgets(campaign_ids: Collection[UUID], currency: str) -> dict[UUID, int]:
    """Return how much is free in budgets of a currency, in minor units; campaigns without one are left out."""
    found = Account.objects.filter(
        owner_kind=OwnerKind.CAMPAIGN,
        owner_id__in=campaign_ids,
        asset=money_asset(currency),
        purpose=Purpose.BUDGET,
    )
    return dict(found.values_list("owner_id", "balance"))


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
