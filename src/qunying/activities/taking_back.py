"""Taking a prize back: each through the action of the noun that keeps its like."""

from qunying.activities.models import Award, State
from qunying.activities.prizes import SOURCE
from qunying.activities.purse import fill_purse
from qunying.fulfilment.actions.cancel_fulfilment import cancel_fulfilment
from qunying.kernel.acts import Act
from qunying.kernel.problems import Problem
from qunying.ledger.accounts import money_asset, of_member
from qunying.ledger.actions.post import post
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.entries import Entry, Line
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.reasons import CONTENT_HIDDEN
from qunying.members.queries.get_member import resolve_member_id
from qunying.rewards.actions.carry_balances_over import CARRIED
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
            _bring_back(award, act)
            reverse_transaction(**act, transaction_id=award.reference, reason=reason)


def _bring_back(award: Award, act: Act) -> None:
    """Let money that has followed a merge be where it was given to."""
    asset = money_asset(award.activity.currency)
    before, present = of_member(award.member_id, asset), of_member(resolve_member_id(award.member_id), asset)
    missing = award.amount - get_balance(before)
    if present != before and missing > 0:
        lines = (Line(present, -missing), Line(before, missing))
        post(**act, entry=Entry(kind=CARRIED, part=f"{award.id}:back", lines=lines))


def set_aside_again(award: Award, act: Act) -> None:
    """Set the money of a share aside anew that went back when its activity was settled; without a budget it will be owed."""
    if award.kind == Award.Kind.MONEY and award.activity.state == State.SETTLED:
        try:
            fill_purse(award.activity, award.amount, act)
        except Problem:
            return
