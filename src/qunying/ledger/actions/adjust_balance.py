"""Correct a balance by hand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.ledger.accounts import AccountRef, is_money
from qunying.ledger.adjusting import (
    check_account,
    needs_second_person,
    post_adjustment,
)
from qunying.ledger.entries import MAX_MONEY, MAX_UNITS, AmountOutOfRange
from qunying.ledger.models import Adjustment
from qunying.ledger.proposals import WAITING_TIME, checked_words


@dataclass(frozen=True)
class Adjusted:
    """The correction: posted, or waiting for a second person."""

    adjustment_id: UUID
    posted: bool


@action
def adjust_balance(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    account: AccountRef,
    amount: int,
    reason: str,
    evidence: str,
) -> Adjusted:
    """Correct a balance by a signed amount. Above the ceiling it waits seven days for another person.

    Args:
        account: a member's available balance or a campaign's free budget.
        evidence: where the proof is kept, e.g. a ticket number.

    Raises:
        ReasonMissing, ReasonNotFit, NotAdjustable, AmountOutOfRange.
        InsufficientBalance: less is there than is to be taken.
    """
    reason, evidence = checked_words(reason, evidence)
    check_account(account)
    largest = MAX_MONEY if is_money(account.asset) else MAX_UNITS
    if not 0 < abs(amount) <= largest:
        raise AmountOutOfRange(amount=amount, largest=largest)
    waits = needs_second_person(account, amount, command_id=command_id, actor=actor, now=now)
    adjustment = Adjustment.objects.create(
        id=new_id(),
        owner_kind=account.owner_kind,
        owner_id=account.owner_id,
        asset=account.asset,
        purpose=account.purpose,
        amount=amount,
        reason=reason,
        evidence=evidence,
        needs_second_person=waits,
        state=Adjustment.State.PROPOSED,
        proposed_by=actor.key,
        proposed_at=now,
        expires_at=now + WAITING_TIME,
    )
    if not waits:
        post_adjustment(adjustment, decided_by=actor.key, now=now)
    return Adjusted(adjustment.id, posted=not waits)
