"""Remove what is left of lots whose time is over."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.accounts import AccountRef, OwnerKind, Purpose, of_brand
from qunying.ledger.balances import lock_accounts, open_accounts
from qunying.ledger.book import write
from qunying.ledger.entries import MAX_ENTRIES, Entry, Line
from qunying.ledger.lots import expiry_id
from qunying.ledger.models import Lot


@dataclass(frozen=True)
class ExpiredLot:
    """What went from one lot."""

    lot_id: UUID
    owner_id: UUID
    asset: str
    amount: int


@action
def expire_lots(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    limit: int = MAX_ENTRIES,
) -> list[ExpiredLot]:
    """Post what is left of ended lots to breakage, one transaction per lot, soonest first, up to ``limit``.

    The id of each transaction follows from its lot, so a lot ends once. Units in a hold are not in the lot
    and stay.
    """
    due = Lot.objects.filter(remaining__gt=0, expires_at__lte=now).order_by("expires_at", "id")[:limit]
    picked = list(due.values_list("id", "account_id", "account__asset"))
    if not picked:
        return []
    breakage = open_accounts(of_brand(asset, Purpose.BREAKAGE) for _lot, _account, asset in picked)
    lock_accounts([*breakage.values(), *(account for _lot, account, _asset in picked)])
    lots = Lot.objects.filter(
        pk__in=[lot for lot, _account, _asset in picked], remaining__gt=0
    ).select_related("account")
    expired = []
    entries = []
    for lot in lots.order_by("expires_at", "id"):
        account = lot.account
        ref = AccountRef(
            OwnerKind(account.owner_kind), account.owner_id, account.asset, Purpose(account.purpose)
        )
        lines = (
            Line(ref, -lot.remaining, lot_id=lot.id),
            Line(of_brand(account.asset, Purpose.BREAKAGE), lot.remaining),
        )
        entries.append(Entry(kind="lot_expired", id=expiry_id(lot.id), lines=lines))
        expired.append(ExpiredLot(lot.id, account.owner_id, account.asset, lot.remaining))
    if entries:
        lots.update(expired=F("expired") + F("remaining"))  # the entries take what remains
        write(entries)
    return expired
