"""When members are active: orders by weekday and hour of the brand's zone."""

from datetime import date

import ibis

from qunying.stream.lake import Analysis

HOURS = 24
WEEKDAYS = 7


def get_active_hours(
    analysis: Analysis, *, start: date, end: date, zone: str, event: str = "order_paid"
) -> list[list[int]]:
    """Return the events of one name as 7 rows (Monday first) of 24 local hours.

    Args:
        analysis: the stream to read.
        start: first local day.
        end: last local day.
        zone: the IANA zone whose days and hours are meant.
        event: the name of the event to count.
    """
    events = analysis.events.filter(analysis.events.name == event)
    local = events.select(at=analysis.local_time(events.occurred_at, zone))
    local = local.filter(local["at"].date().between(ibis.literal(start), ibis.literal(end)))
    counts = local.group_by(weekday=local["at"].day_of_week.index(), hour=local["at"].hour()).aggregate(
        events=local.count()
    )
    grid = [[0] * HOURS for _weekday in range(WEEKDAYS)]
    for row in analysis.connection.to_pyarrow(counts).to_pylist():
        grid[row["weekday"]][row["hour"]] = row["events"]
    return grid
