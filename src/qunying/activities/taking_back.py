"""Taking a prize back: each through the action of the noun that keeps its like."""

from qunying.activities.models import Award, State
from qunying.activities.prizes import SOURCE
from qunying.activities.purse import fill_purse
from qunying.fulfilment.actions.cancel_fulfilment import cancel_fulfilment
from qunying.kernel.acts import Act
from qunying.kernel.problems import Problem
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.reasons import CONTENT_HIDDEN
from qunying.rewards.actions.take_back_points import take_back_points
from qunying.rewards.actions.withdraw_coupon import withdraw_coupon


def take_back(award: Award, act: Act) -> None:
    """Take back what was given of a prize; the caller sets its state. What was not given yet is nothing to take.

    Raises:
        Problem: it was used or is on its way; nothing was changed.
    """
    reason = CONTENT_HIDDEN
    if award.state == Award.State.QUEUED:
        cancel_fulfilment(**act, source=SOURCE, source_id=award.id, reason=reason)
    if award.state != Award.State.GIVEN or award.reference is None:
        return
    match award.kind:
        case Award.Kind.POINTS:
            take_back_points(**act, grant_id=award.reference, reason=reason)
        case Award.Kind.COUPON:
            withdraw_coupon(**act, coupon_id=award.reference, reason=reason)
        case _:
            reverse_transaction(**act, transaction_id=award.reference, reason=reason)


def set_aside_again(award: Award, act: Act) -> None:
    """Set the money of a share aside anew that went back when its activity was settled; without a budget it will be owed."""
    if award.kind == Award.Kind.MONEY and award.activity.state == State.SETTLED:
        try:
            fill_purse(award.activity, award.amount, act)
        except Problem:
            return
