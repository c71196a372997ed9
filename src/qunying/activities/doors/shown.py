"""How rules and prizes are shown, to staff and members alike."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.wheel import WheelSettings, odds_of
from qunying.activities.models import Activity, Award
from qunying.activities.rules import Prize
from qunying.kernel.money import display_money


@dataclass(frozen=True)
class PrizeLine:
    """A prize as people read it."""

    name: str
    what: str
    worth: str
    count: int
    chance: str = ""


def describe(activity: Activity) -> list[PrizeLine]:
    """Return the prizes of an activity, with their published chances where it is a wheel."""
    settings = kind_of(activity.kind).read(activity)
    shares = {}
    if isinstance(settings, WheelSettings):
        shares = {prize.key: share for prize, share in odds_of(settings)}
    return [
        PrizeLine(
            prize.name,
            what(prize, activity.currency),
            display_money(prize.worth_minor, activity.currency) if prize.worth_minor else "—",
            prize.count,
            f"{shares[prize.key]:.4%}" if prize.key in shares else "",
        )
        for prize in settings.prizes_of()
    ]


def what(prize: Prize | Award, currency: str = "") -> str:
    """Return what a prize is of: so many points, money, a coupon, goods."""
    if prize.kind == Award.Kind.MONEY:
        return display_money(prize.amount, currency or get_brand().currency)
    if prize.kind == Award.Kind.POINTS:
        return _("{count} points").format(count=f"{prize.amount:,}")
    if prize.kind == Award.Kind.CHANCES:
        return _("{count} more chances").format(count=prize.amount)
    return str(Award.Kind(prize.kind).label)
