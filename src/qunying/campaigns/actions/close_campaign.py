"""End a running campaign."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.campaigns.drafting import lock_campaign
from qunying.campaigns.events import CAMPAIGN_CLOSED
from qunying.campaigns.models import State
from qunying.campaigns.reaching import campaign_end
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.close_budget import close_budget
from qunying.messages.actions.cancel_sends import cancel_sends
from qunying.rewards.actions.close_promotion import close_promotion
from qunying.rewards.actions.close_template import close_template
from qunying.rewards.queries.get_template import get_template
from qunying.rewards.queries.list_promotions import list_promotions
from qunying.stream.record import NewEvent, record


@dataclass(frozen=True)
class Closed:
    """The campaign, how many messages and posts will not go out, and how much of the budget went back."""

    campaign_id: UUID
    closed_at: datetime
    cancelled_sends: int
    returned_minor: int


@action
def close_campaign(*, command_id: str, actor: Actor, now: datetime, campaign_id: UUID) -> Closed:
    """Stop what is still to be sent, end claims and automatic offers, and give back the budget that nothing holds.

    Coupons that members have stay valid and stay covered. The holdout stays held out until the days that
    count are over, so that the result of an early end can still be measured.

    Raises:
        CampaignNotFound, WrongState: when there is no such running campaign.
    """
    campaign = lock_campaign(campaign_id, State.RUNNING)
    context = {"command_id": command_id, "actor": actor, "now": now}
    cancelled = cancel_sends(**context, campaign_id=campaign.id).sends  # type: ignore[arg-type]
    if campaign.offer_id is not None and get_template(campaign.offer_id).state == "open":
        close_template(**context, template_id=campaign.offer_id)  # type: ignore[arg-type]
    for offer in list_promotions(state="open", campaign_id=campaign.id):
        close_promotion(**context, promotion_id=offer.id)  # type: ignore[arg-type]
    returned = 0
    if campaign.budget_minor > 0:
        returned = close_budget(**context, campaign_id=campaign.id, currency=campaign.currency)  # type: ignore[arg-type]
    campaign.state, campaign.closed_at = State.CLOSED, now
    campaign.save(update_fields=["state", "closed_at"])
    reason = "ended" if now >= campaign_end(campaign) else "stopped"
    record(
        NewEvent(
            type=CAMPAIGN_CLOSED,
            occurred_at=now,
            received_at=now,
            campaign_id=campaign.id,
            properties={"reason": reason},
        )
    )
    return Closed(campaign.id, now, cancelled, returned)
