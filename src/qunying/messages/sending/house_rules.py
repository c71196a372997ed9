"""The brand's rules for contacting members, as the gate needs them."""

from dataclasses import dataclass
from datetime import date, datetime, time

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.messages.sending.quiet_hours import all_quiet_until, quiet_until


@dataclass(frozen=True)
class HouseRules:
    """Zone, quiet hours and daily limit in force at one instant.

    Args:
        now: the instant.
        zone: of the brand's wall clock.
        hours: begin and end of the brand's quiet hours.
        quiet: when the present ones are over; None outside of them.
        today: the local day that the daily limit counts for.
        per_day: promotions per member and local day; 0 means none.
    """

    now: datetime
    zone: str
    hours: tuple[time, time]
    quiet: datetime | None
    today: date
    per_day: int

    def quiet_with(self, own: tuple[time, time] | None) -> datetime | None:
        """Return when neither the brand's nor a member's own quiet hours last any more; None when none do now."""
        if own is None:
            return self.quiet
        return all_quiet_until(self.now, self.zone, [self.hours, own])

    def own_quiet(self, own: tuple[time, time] | None) -> datetime | None:
        """Return when a member's own quiet hours are over; None when they do not last now."""
        return quiet_until(self.now, self.zone, *own) if own else None


def rules_at(now: datetime) -> HouseRules:
    """Return the rules in force at an instant."""
    brand = get_brand()
    begins, ends = _time_of_day(brand.quiet_from), _time_of_day(brand.quiet_until)
    return HouseRules(
        now=now,
        zone=brand.zone,
        hours=(begins, ends),
        quiet=quiet_until(now, brand.zone, begins, ends),
        today=clock.local_day(now, brand.zone),
        per_day=brand.messages_per_day,
    )


def _time_of_day(value: time | str) -> time:
    """Return a time of day; a brand that was never saved has its defaults as text."""
    return value if isinstance(value, time) else time.fromisoformat(value)
