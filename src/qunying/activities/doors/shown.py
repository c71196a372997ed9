"""How rules and prizes are shown, to staff and members alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import ngettext

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.wheel import WheelSettings, odds_of
from qunying.activities.models import Activity, Award
from qunying.activities.prizes import SOURCE
from qunying.activities.rules import Prize
from qunying.fulfilment.queries.list_fulfilments import Sending, of_source
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
            _chance(shares[prize.key]) if prize.key in shares else "",
        )
        for prize in settings.prizes_of()
    ]


def _chance(share: float) -> str:
    """Return a chance in percent, exactly as it is typed: at most four decimals, no noughts behind them."""
    return f"{share * 100:.4f}".rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True)
class SeenAward:
    """A prize that somebody won as people read it: what it is of and how far it is; where it is sent from, its number."""

    award: Award
    what: str
    state: str
    is_done: bool
    sending: Sending | None


def see(awards: Iterable[Award]) -> list[SeenAward]:
    """Return prizes as people read them."""
    listed = list(awards)
    sent = of_source(SOURCE, [award.id for award in listed if award.state == Award.State.QUEUED])
    seen = []
    for award in listed:
        sending = sent.get(award.id)
        state = sending.label if sending else str(award.get_state_display())
        done = sending.is_out if sending else award.state == Award.State.GIVEN
        seen.append(SeenAward(award, what(award, award.activity.currency), state, done, sending))
    return seen


def what(prize: Prize | Award, currency: str = "") -> str:
    """Return what a prize is of: so many points, money, a coupon, goods."""
    if prize.kind == Award.Kind.MONEY:
        return display_money(prize.amount, currency or get_brand().currency)
    if prize.kind == Award.Kind.POINTS:
        return ngettext("{count} point", "{count} points", prize.amount).format(count=f"{prize.amount:,}")
    if prize.kind == Award.Kind.CHANCES:
        return ngettext("{count} more chance", "{count} more chances", prize.amount).format(
            count=prize.amount
        )
    return str(Award.Kind(prize.kind).label)
