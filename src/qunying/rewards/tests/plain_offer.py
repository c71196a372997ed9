"""One coupon offer as plain numbers and lists: what the real one is compared with, step by step."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from qunying.ledger.tests.plain_book import RefusedError

RESERVATION = timedelta(minutes=15)


def refuse_unless(allowed: bool) -> None:
    """Say no unless something holds."""
    if not allowed:
        raise RefusedError


@dataclass(eq=False)
class PlainCoupon:
    """A coupon: its unit, whose it is, what became of it."""

    member: int
    serial: int
    valid_until: datetime
    state: str = "claimed"
    order: str | None = None
    discount: int = 0
    reserved_until: datetime | None = None

    def is_kept(self, now: datetime) -> bool:
        """Whether an order has it at this moment."""
        return self.state == "reserved" and self.reserved_until is not None and self.reserved_until > now


@dataclass
class PlainOffer:
    """So many coupons of a fixed amount, so many per member, out of one budget."""

    total: int
    per_member: int
    amount: int
    free: int
    held: int = 0
    spent: int = 0
    issued: int = 0
    returned: list[int] = field(default_factory=list)
    had: dict[int, int] = field(default_factory=dict)
    barred: set[int] = field(default_factory=set)
    coupons: list[PlainCoupon] = field(default_factory=list)

    def next_serials(self, count: int) -> list[int]:
        """Which units go out next: what came back first, then new ones."""
        back = self.returned[:count]
        new = [self.issued + 1 + number for number in range(count - len(back))]
        refuse_unless(not new or new[-1] <= self.total)
        return back + new

    def takers(self, members: set[int]) -> list[int]:
        """Who of the members would get one; nobody of them may have everything else against it."""
        open_to = members - self.barred
        refuse_unless(bool(open_to) or not members & self.barred)
        return sorted(member for member in open_to if self.had.get(member, 0) < self.per_member)

    def check_claim(self, member: int) -> list[int]:
        """The unit that a claim would get."""
        refuse_unless(member not in self.barred and self.had.get(member, 0) < self.per_member)
        return self.check_room(1)

    def check_room(self, count: int) -> list[int]:
        """The units that so many members would get, if stock and budget have room for all."""
        serials = self.next_serials(count)
        refuse_unless(self.free >= count * self.amount)
        return serials

    def give(self, member: int, serial: int, valid_until: datetime) -> PlainCoupon:
        """Write down that a member got a unit."""
        if serial in self.returned:
            self.returned.remove(serial)
        else:
            self.issued += 1
        self.had[member] = self.had.get(member, 0) + 1
        self._hold(self.amount)
        coupon = PlainCoupon(member, serial, valid_until)
        self.coupons.append(coupon)
        return coupon

    def _hold(self, amount: int) -> None:
        self.free -= amount
        self.held += amount

    def reserve(self, coupon: PlainCoupon, order: str, total: int, now: datetime) -> None:
        """Keep it for an order."""
        refuse_unless(coupon.state in {"claimed", "reserved"} and coupon.valid_until > now)
        refuse_unless(not coupon.is_kept(now) or coupon.order == order)
        refuse_unless(total > 0)
        coupon.state, coupon.order, coupon.discount = "reserved", order, min(self.amount, total)
        coupon.reserved_until = now + RESERVATION

    def redeem(self, coupon: PlainCoupon, order: str, now: datetime) -> None:
        """Use it for the order that has or had it."""
        refuse_unless(coupon.state in {"claimed", "reserved"} and coupon.order == order)
        refuse_unless(coupon.is_kept(now) or coupon.valid_until > now)
        coupon.state = "redeemed"
        self._hold(-self.amount)
        self.free -= coupon.discount
        self.spent += coupon.discount

    def release(self, coupon: PlainCoupon, order: str) -> None:
        """Give the reservation up."""
        refuse_unless(coupon.state == "reserved" and coupon.order == order)
        coupon.state, coupon.order = "claimed", None

    def roll_back(self, coupon: PlainCoupon, now: datetime) -> None:
        """Undo the use: ready again while its time and the budget last, else ended."""
        refuse_unless(coupon.state == "redeemed")
        self.spent -= coupon.discount
        self.free += coupon.discount
        if coupon.valid_until > now and self.free >= self.amount:
            self._hold(self.amount)
            coupon.state, coupon.order = "claimed", None
        else:
            coupon.state = "rolled_back"

    def withdraw(self, coupon: PlainCoupon, now: datetime) -> None:
        """Take it back into the stock."""
        refuse_unless(coupon.state == "claimed" or (coupon.state == "reserved" and not coupon.is_kept(now)))
        coupon.state = "withdrawn"
        self._hold(-self.amount)
        self.returned.append(coupon.serial)

    def sweep(self, now: datetime) -> tuple[int, int]:
        """End what is over and tell how many reservations and coupons that were."""
        lapsed = [c for c in self.coupons if c.state == "reserved" and not c.is_kept(now)]
        for coupon in lapsed:
            coupon.state = "claimed"
        ended = [c for c in self.coupons if c.state == "claimed" and c.valid_until <= now]
        for coupon in ended:
            coupon.state = "expired"
            self._hold(-self.amount)
        return len(lapsed), len(ended)
