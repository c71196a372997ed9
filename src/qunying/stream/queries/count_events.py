"""How many events there are, by name."""

from datetime import datetime

from qunying.stream.lake import open_analysis


def count_events(start: datetime | None = None, end: datetime | None = None) -> dict[str, int]:
    """Return the number of events per name, most frequent first, that occurred in [start, end)."""
    with open_analysis() as analysis:
        events = analysis.events
        if start is not None:
            events = events.filter(events.occurred_at >= start)
        if end is not None:
            events = events.filter(events.occurred_at < end)
        counts = events.group_by("name").agg(count=events.count())
        rows = analysis.connection.to_pyarrow(counts.order_by([counts["count"].desc(), "name"])).to_pylist()
    return {row["name"]: row["count"] for row in rows}
