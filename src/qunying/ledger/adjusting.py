"""Corrections by hand: of which accounts, and how large one person may make them."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.actions.take_allowance import AllowanceExceeded, take_allowance
from qunying.accounts.allowances import Given, find_role
from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import AccountRef, OwnerKind, Purpose, is_money, of_brand
from qunying.ledger.book import write
from qunying.ledger.entries import Entry, Line
from qunying.ledger.models import Adjustment
from qunying.ledger.proposals import note_decision
from qunying.members.queries.get_member import resolve_member_id

# What the installation itself may correct alone; people have the allowance of their role.
UNIT_CEILING = 1_000


class NotAdjustable(Problem):
    """Only balances of members and free budgets are corrected by hand."""

    code = "not_adjustable"
    kind = Kind.INVALID
    message = _("This account is not corrected by hand.")


def check_account(ref: AccountRef) -> None:
    """Refuse an account that is not corrected by hand.

    Raises:
        NotAdjustable.
    """
    of_member = ref.owner_kind == OwnerKind.MEMBER and ref.purpose == Purpose.AVAILABLE
    of_campaign = ref.owner_kind == OwnerKind.CAMPAIGN and ref.purpose == Purpose.BUDGET
    if not (of_member or of_campaign) or ref.asset.startswith("coupon:"):
        raise NotAdjustable


def needs_second_person(
    ref: AccountRef, amount: int, *, command_id: str, actor: Actor, now: datetime
) -> bool:
    """Tell whether a correction is above what one person may make alone: for money the brand's approval limit,
    for units what is left of their role's allowance of the day, which is taken if it is enough.
    """
    if is_money(ref.asset):
        return abs(amount) > get_brand().approval_limit_minor
    if find_role(actor) is None:
        return abs(amount) > UNIT_CEILING
    given = Given.CORRECTED_UNITS
    try:
        take_allowance(command_id=command_id, actor=actor, now=now, given=given, amount=abs(amount))
    except AllowanceExceeded:
        return True
    return False


def account_of(adjustment: Adjustment) -> AccountRef:
    """Return the account that a correction is for: of a member who was merged since, that of who they are now."""
    kind, owner_id = OwnerKind(adjustment.owner_kind), adjustment.owner_id
    if kind == OwnerKind.MEMBER:
        owner_id = resolve_member_id(owner_id)
    return AccountRef(kind, owner_id, adjustment.asset, Purpose(adjustment.purpose))


def post_adjustment(adjustment: Adjustment, *, decided_by: str, now: datetime) -> UUID:
    """Write a correction against what the brand has issued, note who decided, return the transaction's id."""
    ref = account_of(adjustment)
    lines = (Line(of_brand(ref.asset, Purpose.ISSUANCE), -adjustment.amount), Line(ref, adjustment.amount))
    campaign_id = ref.owner_id if ref.owner_kind == OwnerKind.CAMPAIGN else None
    entry = Entry(
        kind="adjusted",
        part=str(adjustment.pk),
        lines=lines,
        reason=adjustment.reason,
        campaign_id=campaign_id,
    )
    (transaction_id,) = write([entry])
    adjustment.transaction_id = transaction_id
    note_decision(adjustment, Adjustment.State.POSTED, decided_by=decided_by, now=now)
    return transaction_id
