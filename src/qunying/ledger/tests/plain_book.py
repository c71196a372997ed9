"""The book as plain dictionaries: what the real one is compared with, step by step."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

GRACE = timedelta(days=7)
WAITING = timedelta(days=7)
FREE = {"held": "available"}


class RefusedError(Exception):
    """The plain book says no."""


@dataclass(eq=False)
class PlainLot:
    member: int
    expires_at: datetime | None
    created_at: datetime
    remaining: int
    source: "PlainTransaction"
    expired: int = 0
    swept: bool = False
    origin: "PlainLot | None" = None
    of_hold: bool = False

    def is_of(self, transaction: "PlainTransaction") -> bool:
        return self.source is transaction or (self.origin is not None and self.origin.is_of(transaction))

    def ended(self, now: datetime) -> bool:
        return self.swept or (self.expires_at is not None and self.expires_at <= now)


@dataclass(eq=False)
class PlainUse:
    lot: PlainLot
    amount: int
    returned: int = 0


@dataclass(eq=False)
class PlainTransaction:
    nets: Counter[tuple[object, str]] = field(default_factory=Counter)
    uses: list[PlainUse] = field(default_factory=list)
    reversed: int = 0
    can_be_reversed: bool = True


@dataclass(eq=False)
class PlainHold:
    member: int
    amount: int
    expires_at: datetime | None
    uses: list[PlainUse]
    state: str = "open"


@dataclass(eq=False)
class PlainAdjustment:
    by: int
    member: int
    amount: int
    proposed_at: datetime
    decided: bool = False

    def waits(self, now: datetime) -> bool:
        return not self.decided and now < self.proposed_at + WAITING


_FAR = datetime.max.replace(tzinfo=UTC)


class PlainBook:
    """Points of a few members: lots, holds, reversals and debts, on dictionaries and lists."""

    def __init__(self) -> None:
        self.balances: Counter[tuple[object, str]] = Counter()
        self.lots: list[PlainLot] = []

    def _move(self, transaction: PlainTransaction, member: object, purpose: str, amount: int) -> None:
        self.balances[member, purpose] += amount
        transaction.nets[member, FREE.get(purpose, purpose)] += amount

    def _spend_order(self, member: int, now: datetime) -> list[PlainLot]:
        alive = [lot for lot in self.lots if lot.member == member and lot.remaining and not lot.ended(now)]
        return sorted(alive, key=lambda lot: (_end(lot.expires_at), lot.created_at))

    def _take(self, member: int, amount: int, now: datetime) -> list[PlainUse]:
        order = self._spend_order(member, now)
        if self.balances[member, "available"] < amount or sum(lot.remaining for lot in order) < amount:
            raise RefusedError
        uses = []
        for lot in order:
            used = min(amount, lot.remaining)
            if used:
                lot.remaining -= used
                uses.append(PlainUse(lot, used))
                amount -= used
        return uses

    def _credit(
        self,
        transaction: PlainTransaction,
        member: int,
        amount: int,
        now: datetime,
        *,
        expires_at: datetime | None = None,
        back_to: list[PlainUse] | None = None,
        owed: int | None = None,
        of_hold: bool = False,
    ) -> None:
        owed = -self.balances[member, "debt"] if owed is None else owed
        repaid = min(owed, amount)
        self._move(transaction, member, "debt", repaid)
        rest = amount - repaid
        self._move(transaction, member, "available", rest)
        if back_to is None:
            if rest:
                self.lots.append(PlainLot(member, expires_at, now, rest, transaction))
            return
        late: list[tuple[PlainUse, int]] = []
        longest = sorted(
            (use for use in back_to if use.returned < use.amount),
            key=lambda use: (_end(use.lot.expires_at), use.lot.created_at),
            reverse=True,
        )
        for use in longest:
            part = min(rest, use.amount - use.returned)
            use.returned += part
            rest -= part
            if use.lot.ended(now):
                late.append((use, part))
            else:
                use.lot.remaining += part
        assert rest == 0
        for use, units in late:
            end = now if of_hold and use.lot.of_hold else now + GRACE
            self.lots.append(PlainLot(member, end, now, units, transaction, origin=use.lot, of_hold=of_hold))

    def grant(self, member: int, amount: int, expires_at: datetime | None, now: datetime) -> PlainTransaction:
        transaction = PlainTransaction()
        self._move(transaction, "brand", "issuance", -amount)
        self._credit(transaction, member, amount, now, expires_at=expires_at)
        return transaction

    def spend(self, member: int, amount: int, now: datetime) -> PlainTransaction:
        transaction = PlainTransaction(uses=self._take(member, amount, now))
        self._move(transaction, member, "available", -amount)
        self._move(transaction, "brand", "redeemed", amount)
        return transaction

    def correct(self, member: int, amount: int, now: datetime) -> PlainTransaction:
        if amount > 0:
            return self.grant(member, amount, None, now)
        transaction = PlainTransaction(uses=self._take(member, -amount, now))
        self._move(transaction, member, "available", amount)
        self._move(transaction, "brand", "issuance", -amount)
        return transaction

    def approve(self, adjustment: PlainAdjustment, by: int, now: datetime) -> PlainTransaction:
        if not adjustment.waits(now) or by == adjustment.by:
            raise RefusedError
        transaction = self.correct(adjustment.member, adjustment.amount, now)
        adjustment.decided = True
        return transaction

    def reject(self, adjustment: PlainAdjustment, now: datetime) -> None:
        if not adjustment.waits(now):
            raise RefusedError
        adjustment.decided = True

    def hold(self, member: int, amount: int, expires_at: datetime | None, now: datetime) -> PlainHold:
        uses = self._take(member, amount, now)
        self.balances[member, "available"] -= amount
        self.balances[member, "held"] += amount
        return PlainHold(member, amount, expires_at, uses)

    def settle(self, hold: PlainHold, amount: int, now: datetime) -> PlainTransaction:
        if hold.state != "open" or (hold.expires_at is not None and hold.expires_at <= now):
            raise RefusedError
        hold.state = "settled"
        transaction = PlainTransaction(uses=hold.uses)
        self._move(transaction, hold.member, "held", -hold.amount)
        self._move(transaction, "brand", "redeemed", amount)
        if amount < hold.amount:
            self._credit(transaction, hold.member, hold.amount - amount, now, back_to=hold.uses, of_hold=True)
        return transaction

    def release(self, hold: PlainHold, state: str, now: datetime) -> None:
        if hold.state != "open":
            raise RefusedError
        if state == "expired" and (hold.expires_at is None or hold.expires_at > now):
            raise RefusedError
        hold.state = state
        transaction = PlainTransaction()
        self._move(transaction, hold.member, "held", -hold.amount)
        self._credit(transaction, hold.member, hold.amount, now, back_to=hold.uses, of_hold=True)

    def expire_lots(self, now: datetime) -> int:
        due = [lot for lot in self.lots if lot.remaining and lot.ended(now)]
        for lot in due:
            self.balances[lot.member, "available"] -= lot.remaining
            self.balances["brand", "breakage"] += lot.remaining
            lot.expired, lot.remaining, lot.swept = lot.remaining, 0, True
        return len(due)

    def reverse(self, original: PlainTransaction, amount: int | None, now: datetime) -> PlainTransaction:
        nets = {key: net for key, net in original.nets.items() if net}
        moved = sum(net for net in nets.values() if net > 0)
        before = original.reversed
        wanted = moved - before if amount is None else amount
        if not original.can_be_reversed or not 0 < wanted <= moved - before:
            raise RefusedError
        changes = _changes(nets, wanted, moved, before)
        original.reversed += wanted
        transaction = PlainTransaction(can_be_reversed=False)
        owed = {member: -balance for (member, use), balance in self.balances.items() if use == "debt"}
        for (who, purpose), change in changes.items():
            member = cast("int", who)  # only the brand has other purposes than these
            if purpose != "available":
                self._move(transaction, member, purpose, change)
            elif change > 0:
                self._credit(
                    transaction, member, change, now, back_to=original.uses, owed=owed.get(member, 0)
                )
            else:
                self._take_back(original, transaction, member, -change, now)
        return transaction

    def _take_back(
        self,
        original: PlainTransaction,
        transaction: PlainTransaction,
        member: int,
        amount: int,
        now: datetime,
    ) -> None:
        own = sorted(
            (lot for lot in self.lots if lot.is_of(original)),
            key=lambda lot: (_end(lot.expires_at), lot.created_at),
        )
        amount -= self._take_from(own, transaction, member, amount)
        broken = 0
        for lot in own:
            part = min(amount - broken, lot.expired)
            lot.expired -= part
            broken += part
        self._move(transaction, "brand", "breakage", -broken)
        amount -= broken
        others = [lot for lot in self._spend_order(member, now) if lot not in own]
        amount -= self._take_from(others, transaction, member, amount)
        self._move(transaction, member, "debt", -amount)

    def _take_from(
        self, lots: list[PlainLot], transaction: PlainTransaction, member: int, amount: int
    ) -> int:
        taken = 0
        for lot in lots:
            used = min(amount - taken, lot.remaining)
            lot.remaining -= used
            taken += used
        self._move(transaction, member, "available", -taken)
        return taken


def _end(instant: datetime | None) -> datetime:
    return _FAR if instant is None else instant


type _Nets = dict[tuple[object, str], int]


def _changes(nets: _Nets, wanted: int, moved: int, before: int) -> _Nets:
    """What a reversal changes. In parts only what went between two accounts, or what repaid a debt on its way."""
    if wanted == moved:
        return {key: -net for key, net in nets.items()}
    if len(nets) == 2:
        return {key: -wanted if net > 0 else wanted for key, net in nets.items()}
    gained = {key: net for key, net in nets.items() if net > 0}
    if len(nets) != 3 or {use for _who, use in gained} != {"available", "debt"}:
        raise RefusedError
    free = next(net for (_who, use), net in gained.items() if use == "available")
    from_free = min(free, before + wanted) - min(free, before)
    shares = {"available": -from_free, "debt": from_free - wanted}
    changes = {key: shares[key[1]] if key in gained else wanted for key in nets}
    return {key: change for key, change in changes.items() if change}
