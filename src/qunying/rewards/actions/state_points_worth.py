"""Say what points are worth in money."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.money import checked_currency
from qunying.kernel.problems import Kind, Problem
from qunying.rewards.models import PointsWorth

MOST_WORTH = 10**9


class WorthOutOfRange(Problem):
    """The worth is negative or beyond all reason."""

    code = "worth_out_of_range"
    kind = Kind.INVALID
    message = _("A thousand points are worth between 0 and 1,000,000,000 minor units.")


@action
def state_points_worth(
    *, command_id: str, actor: Actor, now: datetime, minor_per_thousand: int, currency: str
) -> None:
    """State at what rate points count in what the brand owes; nothing in the book changes.

    Args:
        minor_per_thousand: minor units of the currency that a thousand points are worth.

    Raises:
        WorthOutOfRange, UnknownCurrency.
    """
    if not 0 <= minor_per_thousand <= MOST_WORTH:
        raise WorthOutOfRange
    PointsWorth.objects.create(
        minor_per_thousand=minor_per_thousand,
        currency=checked_currency(currency),
        stated_at=now,
        stated_by=actor.key,
    )
