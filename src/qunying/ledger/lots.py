"""Lots: which units are used first, and how they come back.

The caller holds the lock of the lots' account.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from qunying.kernel.ids import derived_id
from qunying.ledger.balances import InsufficientBalance
from qunying.ledger.models import Hold, Lot, LotUse, Transaction

# Units that come back to a lot whose time is over get a lot of their own that lasts so long.
GRACE = timedelta(days=7)

# Soonest end first, then oldest, then by id; lots without an end come last.
SPEND_ORDER = (F("expires_at").asc(nulls_last=True), "created_at", "id")
RETURN_ORDER = (F("lot__expires_at").desc(nulls_first=True), "-lot__created_at", "-lot_id")


@dataclass(frozen=True)
class Part:
    """Units of one lot: taken when negative, put in when positive."""

    lot_id: UUID
    amount: int


def lot_of(
    *,
    account_id: int,
    amount: int,
    expires_at: datetime | None,
    transaction_id: UUID,
    line: int,
    now: datetime,
    origin_id: UUID | None = None,
) -> Lot:
    """Return the lot of a credit, to be written together with others."""
    return Lot(
        id=derived_id("lot", str(transaction_id), str(line)),
        account_id=account_id,
        source_id=transaction_id,
        amount=amount,
        remaining=amount,
        expires_at=expires_at,
        created_at=now,
        origin_id=origin_id,
    )


def take_units(
    *, account_id: int, amount: int, transaction_id: UUID, hold_id: UUID | None, asset: str, now: datetime
) -> list[Part]:
    """Take units from the lots that have not ended, in spend order, and note each use.

    Raises:
        InsufficientBalance: when the lots that have not ended do not hold so much.
    """
    parts: list[Part] = []
    wanted = amount
    alive = Lot.objects.filter(account_id=account_id, remaining__gt=0).exclude(expires_at__lte=now)
    for lot in alive.order_by(*SPEND_ORDER):
        if wanted == 0:
            break
        used = min(wanted, lot.remaining)
        take_from_lot(lot.id, used)
        LotUse.objects.create(lot_id=lot.id, transaction_id=transaction_id, hold_id=hold_id, amount=used)
        parts.append(Part(lot.id, -used))
        wanted -= used
    if wanted:
        raise InsufficientBalance(balance=amount - wanted, wanted=amount, asset=asset)
    return parts


def take_from_lot(lot_id: UUID, amount: int) -> None:
    """Take units from one lot under guard.

    Raises:
        InsufficientBalance: when the lot does not hold so much.
    """
    if not Lot.objects.filter(pk=lot_id, remaining__gte=amount).update(remaining=F("remaining") - amount):
        raise InsufficientBalance(balance=0, wanted=amount, asset="lot")


def give_back(
    *, account_id: int, amount: int, of: UUID, transaction_id: UUID, line: int, now: datetime
) -> list[Part]:
    """Put units of a transaction or a hold back into the lots they came from, the longest lasting first.

    What belongs to a lot that has ended goes into a lot that lasts for the grace time. What a hold gives back that had such days
    before, because of another hold, ends at once: setting units aside again and again does not keep them.
    """
    used_lots = LotUse.objects.filter(_uses_of(of)).values_list("lot_id", flat=True)
    swept = set(
        Transaction.objects.filter(pk__in=[expiry_id(lot) for lot in used_lots]).values_list("pk", flat=True)
    )
    parts: list[Part] = []
    late: list[tuple[LotUse, int]] = []
    uses = LotUse.objects.filter(_uses_of(of), returned__lt=F("amount")).select_related("lot")
    for use in uses.order_by(*RETURN_ORDER):
        back = min(amount, use.amount - use.returned)
        if back == 0:
            break
        amount -= back
        LotUse.objects.filter(pk=use.pk, returned__lte=F("amount") - back).update(
            returned=F("returned") + back
        )
        ended = use.lot.expires_at is not None and use.lot.expires_at <= now
        if ended or expiry_id(use.lot_id) in swept:
            late.append((use, back))
            continue
        Lot.objects.filter(pk=use.lot_id).update(remaining=F("remaining") + back)
        parts.append(Part(use.lot_id, back))
    if amount:
        raise ValueError("more comes back than was taken")
    for number, (use, units) in enumerate(late):
        lot = lot_of(
            account_id=account_id,
            amount=units,
            expires_at=now if use.hold_id == of and _had_grace(use.lot) else now + GRACE,
            transaction_id=transaction_id,
            line=line + number,
            now=now,
            origin_id=use.lot_id,
        )
        lot.save(force_insert=True)
        parts.append(Part(lot.id, units))
    return parts


def lots_of(transaction_id: UUID) -> list[Lot]:
    """Return the lots that a transaction made, and those that their units were in later, in the order in which lots are used."""
    found: set[UUID] = set()
    level = Lot.objects.filter(source_id=transaction_id)
    while keys := set(level.values_list("pk", flat=True)):
        found |= keys
        level = Lot.objects.filter(origin__in=keys)
    return list(Lot.objects.filter(pk__in=found).select_related("account").order_by(*SPEND_ORDER))


def take_from_expired(lot: Lot, amount: int) -> int:
    """Take units that ended with a lot back from what has expired, as far as it goes, and return how many."""
    taken = min(amount, lot.expired)
    if taken and not Lot.objects.filter(pk=lot.pk, expired__gte=taken).update(expired=F("expired") - taken):
        return 0
    return taken


def expiry_id(lot_id: UUID) -> UUID:
    """Return the id of the transaction that removes what is left of a lot at its end; it happens once."""
    return derived_id("expire_lot", str(lot_id))


def _had_grace(lot: Lot) -> bool:
    """Tell whether a lot is of units that a hold gave back too late."""
    return lot.origin_id is not None and Hold.objects.filter(resolved_by_id=lot.source_id).exists()


def _uses_of(cause: UUID) -> Q:
    """Uses by a transaction, by a hold, or by the holds that a transaction settled."""
    return Q(transaction_id=cause) | Q(hold_id=cause) | Q(hold__resolved_by_id=cause)
