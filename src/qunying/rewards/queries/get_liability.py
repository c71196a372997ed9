"""What the brand owes its members now, budgets and their pace, and what was issued and used day by day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.ledger.accounts import POINTS, Purpose, is_money, of_brand
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.queries.list_budgets import BudgetBurn, list_budgets
from qunying.ledger.queries.list_flows import DayOfAsset, list_flows
from qunying.ledger.queries.sum_owed import find_breaks, sum_lots_by_month, sum_of_members
from qunying.rewards.liability.owing import list_waiting
from qunying.rewards.models import Coupon, CouponTemplate, PointsWorth
from qunying.rewards.terms import largest_discount

# From so many coupons of a template on that were used or have ended, what they cost says what the others will.
ENOUGH_ENDED = 20


@dataclass(frozen=True)
class PointsPart:
    """A part of the points outstanding, and its worth; month: in which they end, for those that are available.

    kind: available, pending, held, or debt (what members owe, negative).
    """

    kind: str
    month: date | None
    units: int
    worth_minor: int | None


@dataclass(frozen=True)
class CouponsOwed:
    """Coupons of a template that members may still use.

    largest_minor: what they cost if all are used to the full; None when nothing bounds it. expected_minor: what they cost if
    they fare like those before them, once twenty of the template were used or have ended; None before.
    """

    template_id: str
    name: str
    outstanding: int
    largest_minor: int | None
    expected_minor: int | None
    currency: str


@dataclass(frozen=True)
class OtherOwed:
    """Money in members' red-packet accounts, prizes and goods that wait."""

    what: str
    count: int | None
    worth_minor: int
    currency: str


@dataclass(frozen=True)
class Breakage:
    """Units that expired of all that were used or expired; ``share`` is None before any were."""

    asset: str
    spent: int
    expired: int

    @property
    def share(self) -> float | None:
        """Expired over expired and used."""
        gone = self.spent + self.expired
        return self.expired / gone if gone else None


@dataclass(frozen=True)
class Liability:
    """What is owed at one instant. ``owed_minor`` by currency: points at their worth, coupons as expected (at the largest
    discount where nothing is expected yet), money and prizes. ``breaks``: where it does not agree with the book.
    """

    as_of: datetime
    currency: str
    minor_per_thousand_points: int | None
    points: list[PointsPart]
    coupons: list[CouponsOwed]
    others: list[OtherOwed]
    budgets: list[BudgetBurn]
    breakage: list[Breakage]
    owed_minor: dict[str, int]
    breaks: list[str]

    @property
    def points_outstanding(self) -> int:
        """All points in members' hands, less what they owe."""
        return sum(part.units for part in self.points)


def find_points_worth(currency: str) -> int | None:
    """Return what a thousand points are worth in minor units, or None while nobody has said."""
    stated = PointsWorth.objects.filter(currency=currency).order_by("-id")
    return stated.values_list("minor_per_thousand", flat=True).first()


def get_liability(now: datetime) -> Liability:
    """Return what the brand owes now."""
    brand = get_brand()
    rate = find_points_worth(brand.currency)
    sums = sum_of_members()
    points = _points(sums.get(POINTS, {}), rate, brand.zone)
    coupons = _coupons()
    others = _money(sums) + [
        OtherOwed(str(row.what), row.count, row.worth_minor, row.currency) for row in list_waiting()
    ]
    return Liability(
        as_of=now,
        currency=brand.currency,
        minor_per_thousand_points=rate,
        points=points,
        coupons=coupons,
        others=others,
        budgets=list_budgets(now),
        breakage=_breakage(),
        owed_minor=_owed(brand.currency, points, coupons, others),
        breaks=find_breaks("coupons_are_in_the_book", "promises_are_funded"),
    )


def list_days(days: int, now: datetime) -> list[DayOfAsset]:
    """Return what was issued, used and ended on each of the last days, today included, newest first."""
    zone = get_brand().zone
    today = clock.local_day(now, zone)
    return list_flows(today - timedelta(days=days - 1), today, zone)


def _points(sums: dict[Purpose, int], rate: int | None, zone: str) -> list[PointsPart]:
    parts = [("available", row.month, row.units) for row in sum_lots_by_month(POINTS, zone)]
    others = (("pending", Purpose.PENDING), ("held", Purpose.HELD), ("debt", Purpose.DEBT))
    parts += [(kind, None, sums[purpose]) for kind, purpose in others if sums.get(purpose)]
    return [PointsPart(kind, month, units, _worth(units, rate)) for kind, month, units in parts]


def _worth(units: int, rate: int | None) -> int | None:
    """Return the worth of points, halves of a minor unit rounded up."""
    return None if rate is None else (units * rate + 500) // 1_000


def _coupons() -> list[CouponsOwed]:
    states = Coupon.State
    rows = Coupon.objects.values("template_id").annotate(
        outstanding=Count("id", filter=Q(state__in=[states.CLAIMED, states.RESERVED])),
        ended=Count("id", filter=Q(state__in=[states.REDEEMED, states.EXPIRED, states.ROLLED_BACK])),
        discount=Sum("discount_minor", filter=Q(state=states.REDEEMED), default=0),
    )
    found = {row["template_id"]: row for row in rows.filter(outstanding__gt=0).order_by()}
    owed = []
    for template in CouponTemplate.objects.filter(pk__in=found).order_by("-created_at", "-id"):
        row = found[template.id]
        largest, units, ended = largest_discount(template), row["outstanding"], row["ended"]
        owed.append(
            CouponsOwed(
                template_id=str(template.id),
                name=template.name,
                outstanding=units,
                largest_minor=None if largest is None else largest * units,
                expected_minor=round(units * row["discount"] / ended) if ended >= ENOUGH_ENDED else None,
                currency=template.currency,
            )
        )
    return owed


def _money(sums: dict[str, dict[Purpose, int]]) -> list[OtherOwed]:
    return [
        OtherOwed(_("Red-packet money of members"), None, sum(parts.values()), asset.upper())
        for asset, parts in sorted(sums.items())
        if is_money(asset)
    ]


def _breakage() -> list[Breakage]:
    points = Breakage(
        POINTS,
        get_balance(of_brand(POINTS, Purpose.REDEEMED)),
        get_balance(of_brand(POINTS, Purpose.BREAKAGE)),
    )
    states = Coupon.State
    counted = Coupon.objects.aggregate(
        spent=Count("id", filter=Q(state=states.REDEEMED)),
        expired=Count("id", filter=Q(state=states.EXPIRED)),
    )
    return [points, Breakage("coupon", counted["spent"], counted["expired"])]


def _owed(
    currency: str, points: list[PointsPart], coupons: list[CouponsOwed], others: list[OtherOwed]
) -> dict[str, int]:
    owed = {currency: sum(part.worth_minor or 0 for part in points)}
    for coupon in coupons:
        expected = coupon.largest_minor if coupon.expected_minor is None else coupon.expected_minor
        owed[coupon.currency] = owed.get(coupon.currency, 0) + (expected or 0)
    for other in others:
        owed[other.currency] = owed.get(other.currency, 0) + other.worth_minor
    return owed
