"""Give a campaign its budget."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import derived_id
from qunying.ledger.accounts import Purpose, money_asset, of_brand, of_campaign
from qunying.ledger.book import write
from qunying.ledger.entries import Entry, Line


@action
def open_budget(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    campaign_id: UUID,
    currency: str,
    amount_minor: int,
) -> UUID:
    """Fund a campaign's budget, one per currency, and return the id of the transaction.

    Raises:
        AlreadyPosted: the campaign has its budget.
        AmountOutOfRange: the amount is not positive, or absurd.
    """
    asset = money_asset(currency)
    lines = (
        Line(of_brand(asset, Purpose.ISSUANCE), -amount_minor),
        Line(of_campaign(campaign_id, currency), amount_minor),
    )
    key = derived_id("open_budget", str(campaign_id), asset)
    return write([Entry(kind="budget_opened", id=key, lines=lines, campaign_id=campaign_id)])[0]
