"""How many people may be expected in each hour, by the brand's own active hours."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.kernel import clock
from qunying.shop.queries.get_active_hours import HOURS, WEEKDAYS, get_active_hours
from qunying.stream.lake import open_analysis

LOOKED_BACK = timedelta(days=90)
MOST_HOURS = 24 * 366
HOUR = timedelta(hours=1)


def expect_by_hour(opens_at: datetime, closes_at: datetime, per_hour: float, now: datetime) -> list[float]:
    """Return how many people come in each hour of a period.

    They come as orders came in the last 90 days, by weekday and hour of the brand's zone; without orders evenly. No hour is
    empty: each counts at least as much as if one of a hundred orders were spread evenly.

    Args:
        per_hour: the mean over the whole period.
    """
    brand, as_of = get_brand(), get_analysis_time(now)
    with open_analysis() as analysis:
        grid = get_active_hours(
            analysis,
            start=clock.local_day(as_of - LOOKED_BACK, brand.zone),
            end=clock.local_day(as_of, brand.zone),
            zone=brand.zone,
        )
    least = max(1.0, sum(map(sum, grid)) / 100) / (HOURS * WEEKDAYS)
    hours = min(MOST_HOURS, max(1, -(-(closes_at - opens_at) // HOUR)))
    zone = ZoneInfo(brand.zone)
    starts = [(opens_at + number * HOUR).astimezone(zone) for number in range(hours)]
    weights = [grid[start.weekday()][start.hour] + least for start in starts]
    mean = sum(weights) / hours
    return [per_hour * weight / mean for weight in weights]
