"""Work that comes round by itself: campaigns end on their last day, and leftovers of their budgets go"
" back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from qunying.campaigns.actions.close_campaign import close_campaign
from qunying.campaigns.models import Campaign, State
from qunying.campaigns.reaching import campaign_end
from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.clock import local_day
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job
from qunying.ledger.actions.close_budget import close_budget
from qunying.ledger.queries.get_budget import get_budget

log = structlog.get_logger()

# Coupons last a year at most in practice; after that nothing comes back any more.
LEFTOVERS_COME = timedelta(days=400)


@job(every="7 * * * *")
def close_ended() -> None:
    """Close the campaigns whose last day is over."""
    now = clock.now()
    for campaign in Campaign.objects.filter(state=State.RUNNING, ends_on__lte=local_day(now, "UTC")):
        if now >= campaign_end(campaign):
            with _by_itself(campaign):
                close_campaign(
                    command_id=str(new_id()), actor=system("campaigns"), now=now, campaign_id=campaign.id
                )


@job(every="37 3 * * *")
def return_leftovers() -> None:
    """Take back what expired coupons no longer hold of closed campaigns' budgets."""
    now = clock.now()
    closed = Campaign.objects.filter(
        state=State.CLOSED, budget_minor__gt=0, closed_at__gte=now - LEFTOVERS_COME
    )
    for campaign in closed:
        if get_budget(campaign.id).free > 0:
            with _by_itself(campaign):
                close_budget(
                    command_id=str(new_id()),
                    actor=system("campaigns"),
                    now=now,
                    campaign_id=campaign.id,
                    currency=campaign.currency,
                )


@contextmanager
def _by_itself(campaign: Campaign) -> Iterator[None]:
    """Let what goes wrong with one campaign keep no other; it is tried again the next time."""
    try:
        yield
    except Exception as error:
        log.warning("campaign_left_for_later", campaign=str(campaign.id), exc_info=error)
