"""Where windows begin and days end: zones, clock changes, short months, exact borders."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qunying.segments.rules.asking import matching_members
from qunying.segments.rules.plan import Question
from qunying.segments.rules.policy import default_policy
from qunying.segments.rules.reading import read_rule
from qunying.segments.rules.tree import Window
from qunying.segments.rules.windows import EARLIEST, window_start
from qunying.segments.tests.make import make_event, make_members, member_number
from qunying.stream.lake import memory_analysis

pytestmark = pytest.mark.usefixtures("home")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def found(
    rule: dict[str, Any], instants: list[datetime], as_of: datetime, zone: str = "Asia/Shanghai"
) -> list[int]:
    """Return which members (1 for the first instant …) fulfil the rule when each has one event at their
    instant."""
    events = make_members(len(instants), as_of - timedelta(days=4000))
    events += [make_event("order_paid", number, at) for number, at in enumerate(instants, start=1)]
    question = Question(as_of, zone, default_policy())
    with memory_analysis(events, as_of) as analysis:
        members = matching_members(analysis, read_rule(rule), question).to_pyarrow()["member_id"].to_pylist()
    return [number for number in range(1, len(instants) + 1) if member_number(number) in members]


@pytest.mark.parametrize(
    ("window", "zone", "as_of", "start"),
    [
        ({"hours": 24}, "Europe/London", "2024-03-31T12:00", "2024-03-30T12:00"),
        ({"days": 1}, "Europe/London", "2024-03-31T12:00", "2024-03-30T13:00"),
        ({"days": 1}, "Europe/London", "2024-10-27T12:00", "2024-10-26T11:00"),
        ({"days": 1}, "Asia/Shanghai", "2024-03-31T12:00", "2024-03-30T12:00"),
        ({"weeks": 2}, "Asia/Shanghai", "2024-03-14T16:00", "2024-02-29T16:00"),
        ({"days": 366}, "UTC", "2025-02-28T00:00", "2024-02-28T00:00"),
        ({"months": 1}, "UTC", "2024-03-31T08:00", "2024-02-29T08:00"),
        ({"months": 1}, "UTC", "2023-03-31T08:00", "2023-02-28T08:00"),
        ({"months": 12}, "UTC", "2024-02-29T08:00", "2023-02-28T08:00"),
        ({"months": 15}, "UTC", "2024-02-29T08:00", "2022-11-29T08:00"),
        # In Shanghai it is already 1 March, so a month back is 1 February there.
        ({"months": 1}, "Asia/Shanghai", "2024-02-29T20:00", "2024-01-31T20:00"),
    ],
)
def test_windows_begin_on_the_clock_of_the_brand(
    window: dict[str, int], zone: str, as_of: str, start: str
) -> None:
    assert window_start(Window(**window), utc(as_of), zone) == utc(start)


def test_a_window_longer_than_history_begins_at_its_beginning() -> None:
    as_of = datetime(1950, 1, 1, tzinfo=UTC)
    assert window_start(Window(months=1200), as_of.replace(year=99), "UTC") == EARLIEST
    assert window_start(Window(days=36_500), datetime(50, 1, 1, tzinfo=UTC), "Asia/Shanghai") == EARLIEST


def test_within_leaves_out_its_first_instant_and_takes_its_last() -> None:
    as_of = utc("2024-03-10T04:00")
    second = timedelta(seconds=1)
    instants = [as_of - timedelta(days=7), as_of - timedelta(days=7) + second, as_of, as_of + second]
    rule = {"event": "order_paid", "count": {"at_least": 1}, "within": {"days": 7}}
    assert found(rule, instants, as_of) == [2, 3]
    assert found({"event": "order_paid", "last": {"longer_ago_than": {"days": 7}}}, instants, as_of) == [1]
    assert found({"event": "order_paid", "last": {"within": {"days": 7}}}, instants, as_of) == [2, 3]


def test_between_takes_local_days_with_the_end_left_out() -> None:
    """1 June in Shanghai begins at 16:00 UTC on 31 May."""
    instants = [
        utc("2011-05-31T15:59:59"),
        utc("2011-05-31T16:00"),
        utc("2011-06-01T23:00"),
        utc("2011-06-02T15:59:59"),
        utc("2011-06-02T16:00"),
    ]
    rule = {"event": "order_paid", "count": {"at_least": 1}, "between": ["2011-06-01", "2011-06-03"]}
    assert found(rule, instants, utc("2012-01-01T00:00")) == [2, 3, 4]
    assert found(rule, instants, utc("2012-01-01T00:00"), "UTC") == [3, 4, 5]


def test_first_and_last_compare_local_days() -> None:
    instants = [utc("2011-02-28T15:59"), utc("2011-02-28T16:00")]
    as_of = utc("2012-01-01T00:00")
    assert found({"event": "order_paid", "first": {"before": "2011-03-01"}}, instants, as_of) == [1]
    assert found({"event": "order_paid", "last": {"since": "2011-03-01"}}, instants, as_of) == [2]


def test_a_leap_day_and_days_on_which_the_clocks_change() -> None:
    leap = {"event": "order_paid", "count": {"at_least": 1}, "between": ["2024-02-29", "2024-03-01"]}
    instants = [utc("2024-02-28T16:00"), utc("2024-02-29T15:59"), utc("2024-02-29T16:00")]
    assert found(leap, instants, utc("2024-06-01T00:00")) == [1, 2]
    # 31 March 2024 has 23 hours in London, 27 October has 25.
    short = {"event": "order_paid", "count": {"at_least": 1}, "between": ["2024-03-31", "2024-04-01"]}
    edges = [utc("2024-03-31T00:00"), utc("2024-03-31T22:59"), utc("2024-03-31T23:00")]
    assert found(short, edges, utc("2024-12-01T00:00"), "Europe/London") == [1, 2]
    long = {"event": "order_paid", "count": {"at_least": 1}, "between": ["2024-10-27", "2024-10-28"]}
    edges = [
        utc("2024-10-26T22:59"),
        utc("2024-10-26T23:00"),
        utc("2024-10-27T23:59"),
        utc("2024-10-28T00:00"),
    ]
    assert found(long, edges, utc("2024-12-01T00:00"), "Europe/London") == [2, 3]


def test_a_day_that_begins_at_one_o_clock() -> None:
    """In São Paulo the clocks went from 23:59:59 to 01:00 on 4 November 2018."""
    rule = {"event": "order_paid", "count": {"at_least": 1}, "between": ["2018-11-04", "2018-11-05"]}
    instants = [
        utc("2018-11-04T02:59:59"),
        utc("2018-11-04T03:00"),
        utc("2018-11-05T01:59"),
        utc("2018-11-05T02:00"),
    ]
    assert found(rule, instants, utc("2019-01-01T00:00"), "America/Sao_Paulo") == [2, 3]
