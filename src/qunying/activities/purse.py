"""Money of an activity: set aside when it opens, paid out to members, what is left goes back where it came from."""

from uuid import UUID

from qunying.activities.models import Activity
from qunying.kernel.acts import Act
from qunying.ledger.accounts import AccountRef, Purpose, money_asset, of_brand, of_campaign, of_member
from qunying.ledger.actions.post import post
from qunying.ledger.entries import Entry, Line
from qunying.ledger.queries.get_balance import get_balance


def purse_of(activity: Activity) -> AccountRef:
    """Return the account of an activity's own money."""
    return of_campaign(activity.id, activity.currency)


def fill_purse(activity: Activity, amount_minor: int, act: Act) -> None:
    """Set money aside: from the campaign's budget, or from the brand when there is no campaign.

    Raises:
        BudgetExhausted: the campaign has not so much left.
    """
    if amount_minor:
        _move(activity, _source(activity), purse_of(activity), amount_minor, "activity_funded", act)


def pay(activity: Activity, member_id: UUID, amount_minor: int, act: Act, *, part: str) -> UUID:
    """Pay a member from the activity's money and return the transaction.

    Raises:
        BudgetExhausted: more than was set aside.
    """
    return post(**act, entry=payment(activity, member_id, amount_minor, part=part))


def payment(activity: Activity, member_id: UUID, amount_minor: int, *, part: str) -> Entry:
    """Return what is to be written into the book when a member is paid."""
    wallet = of_member(member_id, money_asset(activity.currency))
    return _entry(activity, purse_of(activity), wallet, amount_minor, "red_packet_paid", part)


def empty_purse(activity: Activity, keep_minor: int, act: Act) -> int:
    """Give back what is left but for what is still owed to members, and return how much that was."""
    left = get_balance(purse_of(activity)) - keep_minor
    if left > 0:
        _move(activity, purse_of(activity), _source(activity), left, "activity_refunded", act)
    return left


def _source(activity: Activity) -> AccountRef:
    if activity.campaign_id is not None:
        return of_campaign(activity.campaign_id, activity.currency)
    return of_brand(money_asset(activity.currency), Purpose.ISSUANCE)


def _move(
    activity: Activity, source: AccountRef, to: AccountRef, amount_minor: int, kind: str, act: Act
) -> UUID:
    return post(**act, entry=_entry(activity, source, to, amount_minor, kind))


def _entry(
    activity: Activity, source: AccountRef, to: AccountRef, amount_minor: int, kind: str, part: str = ""
) -> Entry:
    lines = (Line(source, -amount_minor), Line(to, amount_minor))
    return Entry(
        kind=kind, part=f"{activity.id}{part}", lines=lines, campaign_id=activity.campaign_id or activity.id
    )
