"""The brand's rules for contacting members, as the gate needs them."""

from dataclasses import dataclass
from datetime import date, datetime, time

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.messages.sending.quiet_hours import quiet_until


@dataclass(frozen=True)
class HouseRules:
    """Zone, quiet hours and daily limit in force at one instant.

    Args:
        quiet: when the present quiet hours are over; None outside of them.
        today: the local day that the daily limit counts for.
        per_day: promotions per member and local day; 0 means none.
    """

    quiet: datetime | None
    today: date
    per_day: int


def rules_at(now: datetime) -> HouseRules:
    """Return the rules in force at an instant."""
    brand = get_brand()
    begins, ends = _time_of_day(brand.quiet_from), _time_of_day(brand.quiet_until)
    return HouseRules(
        quiet=quiet_until(now, brand.zone, begins, ends),
        today=clock.local_day(now, brand.zone),
        per_day=brand.messages_per_day,
    )


def _time_of_day(value: time | str) -> time:
    """Return a time of day; a brand that was never saved has its defaults as text."""
    return value if isinstance(value, time) else time.fromisoformat(value)
