"""From date texts to instants.

Many spellings, one decision per column about days and months, zones with their clock changes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from qunying.intake.orders.mapping import Options
from qunying.intake.orders.workbench import first_row

if TYPE_CHECKING:
    import duckdb

_TIME = (
    r"(?:[T\s]*(上午|早上|凌晨|中午|下午|晚上)?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})\s*分?"
    r"(?:\s*:?\s*(\d{1,2})(?:[.,]\d+)?\s*秒?)?\s*([AaPp][Mm])?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_YEAR_FIRST = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _TIME
_YEAR_LAST = r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})" + _TIME
_NAMED = ["%d %b %Y", "%d %b %Y %H:%M", "%d %b %Y %H:%M:%S", "%b %d, %Y", "%b %d, %Y %H:%M", "%d-%b-%Y", "%d-%b-%y",
    "%d-%b-%Y %H:%M", "%d-%b-%Y %H:%M:%S", "%d %B %Y", "%B %d, %Y"]  # fmt: skip
_COMPACT = r"(19|20)\d{6}(\d{4}(\d{2})?)?"
_PARTS = "['a', 'b', 'c', 'half', 'hour', 'minute', 'second', 'am', 'zone']"

_SHAPES = f"""
CREATE TABLE date_shape AS
SELECT text, shape,
    CASE shape WHEN 'year_first' THEN regexp_extract(text, '^{_YEAR_FIRST}$', {_PARTS})
               WHEN 'year_last' THEN regexp_extract(text, '^{_YEAR_LAST}$', {_PARTS}) END AS parts
FROM (
    SELECT text, CASE
        WHEN regexp_full_match(text, '{_YEAR_FIRST}') THEN 'year_first'
        WHEN regexp_full_match(text, '{_YEAR_LAST}') THEN 'year_last'
        WHEN regexp_full_match(text, '{_COMPACT}') THEN 'compact'
        WHEN regexp_full_match(text, '[2-6]\\d{{4}}(\\.\\d+)?') THEN 'serial'
        WHEN regexp_full_match(text, '1\\d{{9}}') THEN 'seconds'
        WHEN regexp_full_match(text, '1\\d{{12}}') THEN 'milliseconds'
        ELSE 'named' END AS shape
    FROM (SELECT DISTINCT placed_at AS text FROM raw WHERE placed_at IS NOT NULL)
)
"""  # noqa: S608 - constants

_CLOCK = """
    CASE WHEN parts.hour = '' THEN 0
         WHEN (parts.half IN ('下午', '晚上', '中午') OR lower(parts.am) = 'pm') AND try_cast(parts.hour AS INT) <
         12
              AND NOT (parts.half = '中午' AND try_cast(parts.hour AS INT) = 11) THEN try_cast(parts.hour AS
              INT) + 12
         WHEN (parts.half IN ('上午', '凌晨') OR lower(parts.am) = 'am') AND try_cast(parts.hour AS INT) = 12 THEN
         0
         ELSE try_cast(parts.hour AS INT) END
"""


@dataclass(frozen=True)
class DateReading:
    """How the column was read: ``order`` is ``day``, ``month``, ``mixed`` or empty.

    ``gap_times`` never showed on a clock.
    """

    order: str
    gap_times: int


def read_dates(bench: "duckdb.DuckDBPyConnection", options: Options, zone: str) -> DateReading:
    """Fill ``date_text`` (text, shape, local_text, instant, problem) for every date text of ``raw``.

    A time that the clock shows twice is the first of the two; one that it skips is as much later. A date that
    could be either
    day or month first while the column holds both kinds is a problem (``ambiguous_date``).

    Args:
        bench: the workbench with ``raw``.
        options: may fix the order of day and month.
        zone: IANA name; of times that name none themselves.
    """
    bench.execute(_SHAPES)
    order = _day_month_order(bench) if options.day_first == "auto" else options.day_first
    unsure = "try_cast(parts.a AS INT) <= 12 AND try_cast(parts.b AS INT) <= 12 AND parts.a <> parts.b"
    day_is_first = {"day": "TRUE", "month": "FALSE"}.get(order, "try_cast(parts.a AS INT) > 12")
    bench.execute(f"""
        CREATE TABLE date_local AS
        SELECT text, shape, shape = 'year_last' AND {order == "mixed"} AND {unsure} AS is_ambiguous,
            CASE shape
                WHEN 'year_first' THEN try_cast(printf('%s-%s-%s %d:%s:%s', parts.a, lpad(parts.b, 2, '0'),
                    lpad(parts.c, 2, '0'), {_CLOCK}, {_or_zero("minute")}, {_or_zero("second")}) AS TIMESTAMP)
                WHEN 'year_last' THEN try_cast(printf('%s-%s-%s %d:%s:%s',
                    CASE WHEN length(parts.c) = 2 THEN '20' || parts.c ELSE parts.c END,
                    lpad(CASE WHEN {day_is_first} THEN parts.b ELSE parts.a END, 2, '0'),
                    lpad(CASE WHEN {day_is_first} THEN parts.a ELSE parts.b END, 2, '0'),
                    {_CLOCK}, {_or_zero("minute")}, {_or_zero("second")}) AS TIMESTAMP)
                WHEN 'compact' THEN try_strptime(text, ['%Y%m%d%H%M%S', '%Y%m%d%H%M', '%Y%m%d'])
                WHEN 'serial' THEN TIMESTAMP '1899-12-30 00:00:00'
                    + to_seconds(CAST(round(try_cast(text AS DOUBLE) * 86400) AS BIGINT))
                WHEN 'seconds' THEN make_timestamp(try_cast(text AS BIGINT) * 1000000)
                WHEN 'milliseconds' THEN make_timestamp(try_cast(text AS BIGINT) * 1000)
                WHEN 'named' THEN try_strptime(text, {_NAMED}) END AS local,
            CASE WHEN shape IN ('seconds', 'milliseconds') OR parts.zone = 'Z' THEN 0
                 WHEN parts.zone <> '' THEN try_cast(parts.zone[1:1] || '1' AS INT)
                    * (try_cast(parts.zone[2:3] AS INT) * 3600 + try_cast(parts.zone[-2:] AS INT) * 60) END AS
                    given_offset
        FROM date_shape
    """)  # noqa: S608 - constants
    _load_zone(bench, zone)
    first_row(
        bench,
        """
        CREATE TABLE date_text AS
        SELECT text, shape, strftime(local, '%Y-%m-%d %H:%M:%S') || coalesce(' ' || given_offset::VARCHAR, '')
        AS local_text,
            local - to_seconds(coalesce(given_offset, clock_offset)) AS instant,
            CASE WHEN is_ambiguous THEN 'ambiguous_date' WHEN local IS NULL THEN 'bad_date' END AS problem,
            given_offset IS NULL AND local >= gap_from AND local < threshold_next AS in_gap
        FROM (SELECT d.*, z.clock_offset, n.gap_from, n.threshold AS threshold_next
              FROM date_local d ASOF LEFT JOIN zone_clock z ON d.local >= z.threshold
              ASOF LEFT JOIN zone_clock n ON d.local < n.threshold)
    """,
    )
    gaps = first_row(
        bench, "SELECT count(*) FROM raw JOIN date_text t ON raw.placed_at = t.text WHERE in_gap"
    )
    return DateReading(order, gaps[0])


def _or_zero(part: str) -> str:
    return f"CASE WHEN parts.{part} = '' THEN '00' ELSE lpad(parts.{part}, 2, '0') END"


def _day_month_order(bench: "duckdb.DuckDBPyConnection") -> str:
    """Return ``day``, ``month``, ``mixed`` or empty.

    By numbers above 12, else by which reading keeps the rows in order of time, else by which needs fewer days.
    """
    found = first_row(
        bench,
        """
        SELECT count(*), count(*) FILTER (try_cast(parts.a AS INT) > 12),
            count(*) FILTER (try_cast(parts.b AS INT) > 12)
        FROM date_shape WHERE shape = 'year_last'
        """,
    )
    if found[0] == 0:
        return ""
    _all, first_above, second_above = found
    if first_above and second_above:
        return "mixed"
    if first_above or second_above:
        return "day" if first_above else "month"
    by_day, by_month, span_by_day, span_by_month = first_row(
        bench,
        """
        SELECT count(*) FILTER (by_day < before_day), count(*) FILTER (by_month < before_month),
            max(by_day) - min(by_day), max(by_month) - min(by_month)
        FROM (SELECT by_day, by_month, lag(by_day) OVER (ORDER BY row) AS before_day,
                lag(by_month) OVER (ORDER BY row) AS before_month
              FROM (SELECT row, try_cast(printf('%s-%s-%s', year, lpad(parts.b, 2, '0'), lpad(parts.a, 2, '0')) AS DATE)
                        AS by_day,
                      try_cast(printf('%s-%s-%s', year, lpad(parts.a, 2, '0'), lpad(parts.b, 2, '0')) AS DATE)
                        AS by_month
                    FROM (SELECT *, lpad(parts.c, 4, '20') AS year FROM date_shape WHERE shape = 'year_last')
                    JOIN raw ON placed_at = text))
        """,
    )
    return "month" if (by_month, span_by_month or 0) < (by_day, span_by_day or 0) else "day"


def _load_zone(bench: "duckdb.DuckDBPyConnection", zone: str) -> None:
    """Fill ``zone_clock``.

    From which local time on which offset (seconds east) holds, and where a skipped hour begins.
    """
    first, last = _span(bench)
    rows: list[tuple[datetime, int, datetime | None]] = [(datetime(1, 1, 1), _offset(zone, first), None)]  # noqa: DTZ001 - local times on purpose
    for moment in _changes(zone, first, last):
        before, after = _offset(zone, moment - timedelta(seconds=1)), _offset(zone, moment)
        local = moment.replace(tzinfo=None)
        gap_from = local + timedelta(seconds=before) if after > before else None
        rows.append((local + timedelta(seconds=max(before, after)), after, gap_from))
    bench.execute("CREATE TABLE zone_clock (threshold TIMESTAMP, clock_offset BIGINT, gap_from TIMESTAMP)")
    bench.executemany("INSERT INTO zone_clock VALUES (?, ?, ?)", rows)


def _span(bench: "duckdb.DuckDBPyConnection") -> tuple[datetime, datetime]:
    found = first_row(
        bench,
        """
        SELECT min(local), max(local) FROM date_local
        WHERE local BETWEEN TIMESTAMP '1970-01-01' AND TIMESTAMP '2200-01-01'
        """,
    )
    first, last = found if found[0] else (datetime(1970, 1, 1), datetime(1970, 1, 2))  # noqa: DTZ001
    return first.replace(tzinfo=UTC) - timedelta(days=2), last.replace(tzinfo=UTC) + timedelta(days=2)


def _offset(zone: str, instant: datetime) -> int:
    offset = instant.astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _changes(zone: str, first: datetime, last: datetime) -> list[datetime]:
    """Return the instants at which the zone's offset changes, to the second."""
    found = []
    day = first
    while day < last:
        next_day = day + timedelta(days=1)
        if _offset(zone, day) != _offset(zone, next_day):
            low, high = day, next_day
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                if _offset(zone, middle) == _offset(zone, low):
                    low = middle
                else:
                    high = middle
            found.append(high.replace(microsecond=0))
        day = next_day
    return found
