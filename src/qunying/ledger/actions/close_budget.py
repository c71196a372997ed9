"""Take back what a campaign did not use."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.accounts import Purpose, money_asset, of_brand, of_campaign
from qunying.ledger.balances import lock_accounts, open_accounts
from qunying.ledger.book import write
from qunying.ledger.entries import Entry, Line


@action
def close_budget(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    campaign_id: UUID,
    currency: str,
) -> int:
    """Take the free part of a campaign's budget back to the brand and return it in minor units.

    What is held for coupons in members' hands stays; when they end, it becomes free again and may be taken
    by closing once more.
    """
    budget = of_campaign(campaign_id, currency)
    issuance = of_brand(money_asset(currency), Purpose.ISSUANCE)
    ids = open_accounts([budget, issuance])
    free = lock_accounts(ids.values())[ids[budget]]
    if free:
        lines = (Line(budget, -free), Line(issuance, free))
        write([Entry(kind="budget_closed", part=str(campaign_id), lines=lines, campaign_id=campaign_id)])
    return free
