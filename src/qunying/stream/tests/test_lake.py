"""Reading: every event once, members resolved, local days right, nothing fetched from elsewhere."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunying.kernel.ids import new_id
from qunying.stream.lake import local_time, memory_analysis, open_analysis
from qunying.stream.schema import EVENT_SCHEMA
from qunying.stream.tests.make import NOON, make_event


def local_days(instants: list[datetime], zone: str) -> list[str]:
    with memory_analysis(
        [{"name": "hand_waved", "occurred_at": instant} for instant in instants]
    ) as analysis:
        days = analysis.events.select("occurred_at", day=local_time(analysis.events.occurred_at, zone).date())
        return [str(row["day"]) for row in days.order_by("occurred_at").to_pyarrow().to_pylist()]


def test_day_turns_at_midnight_in_shanghai() -> None:
    late = datetime(2011, 6, 1, 15, 59, 59, tzinfo=UTC)
    assert local_days([late, late + timedelta(seconds=1)], "Asia/Shanghai") == ["2011-06-01", "2011-06-02"]


def test_plain_cast_to_a_zone_would_give_the_wrong_day() -> None:
    """The twin: what everybody writes first counts the evening of Shanghai's next day as today."""
    with memory_analysis(
        [{"name": "hand_waved", "occurred_at": datetime(2011, 6, 1, 16, 30, tzinfo=UTC)}]
    ) as analysis:
        cast = analysis.events.occurred_at.cast("timestamp('Asia/Shanghai')").date()
        assert str(analysis.events.select(day=cast).to_pyarrow()["day"][0].as_py()) == "2011-06-01"


@pytest.mark.parametrize(
    ("instant", "hour"),
    [
        (datetime(2011, 3, 27, 0, 59, tzinfo=UTC), datetime(2011, 3, 27, 0, 59)),  # noqa: DTZ001 - wall clock
        (datetime(2011, 3, 27, 1, 0, tzinfo=UTC), datetime(2011, 3, 27, 2, 0)),  # noqa: DTZ001
        (datetime(2011, 10, 30, 0, 59, tzinfo=UTC), datetime(2011, 10, 30, 1, 59)),  # noqa: DTZ001
        (datetime(2011, 10, 30, 1, 0, tzinfo=UTC), datetime(2011, 10, 30, 1, 0)),  # noqa: DTZ001
    ],
)
def test_clock_changes_in_london(instant: datetime, hour: datetime) -> None:
    with memory_analysis([{"name": "hand_waved", "occurred_at": instant}]) as analysis:
        local = analysis.events.select(
            local=analysis.local_time(analysis.events.occurred_at, "Europe/London")
        )
        assert local.to_pyarrow()["local"][0].as_py() == hour


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.datetimes(datetime(1995, 1, 1), datetime(2035, 1, 1)), min_size=1, max_size=20, unique=True),  # noqa: DTZ001
    st.sampled_from(
        ["Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
    ),
)
def test_local_days_are_those_of_the_standard_library(instants: list[datetime], zone: str) -> None:
    aware = sorted(instant.replace(tzinfo=UTC) for instant in instants)
    assert local_days(aware, zone) == [str(instant.astimezone(ZoneInfo(zone)).date()) for instant in aware]


def test_unknown_zone_is_refused() -> None:
    with memory_analysis([]) as analysis, pytest.raises(ZoneInfoNotFoundError):
        local_time(analysis.events.occurred_at, "Asia/Peking2")


def test_local_time_is_the_function_that_spark_has() -> None:
    table = ibis.table({"occurred_at": "timestamp('UTC')"}, name="events")
    sql = ibis.to_sql(
        table.select(day=local_time(table.occurred_at, "Asia/Shanghai").truncate("D")), dialect="pyspark"
    )
    assert "FROM_UTC_TIMESTAMP(" in sql
    assert "'Asia/Shanghai')" in sql


def test_properties_are_a_map() -> None:
    rows = [
        {"name": "hand_waved", "occurred_at": NOON, "properties": {"hand": "left"}},
        {"name": "hand_waved", "occurred_at": NOON},
    ]
    with memory_analysis(rows) as analysis:
        assert (
            analysis.events.filter(analysis.events.properties["hand"] == "left").count().to_pyarrow().as_py()
            == 1
        )


def test_arrow_rows_and_as_of() -> None:
    rows = [{"id": "a", "occurred_at": NOON}, {"id": "b", "occurred_at": NOON + timedelta(microseconds=1)}]
    with memory_analysis(pa.Table.from_pylist(rows, EVENT_SCHEMA), as_of=NOON) as analysis:
        assert analysis.events.id.to_pyarrow().to_pylist() == ["a"]


def test_as_of_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"), memory_analysis([], as_of=datetime(2011, 1, 1)):  # noqa: DTZ001
        pass


def test_merged_and_anonymous_are_read_as_the_member() -> None:
    rows = [
        {"id": "merged", "name": "hand_waved", "occurred_at": NOON, "member_id": "old"},
        {"id": "device", "name": "hand_waved", "occurred_at": NOON, "anonymous_id": "device-1"},
        {"id": "stranger", "name": "hand_waved", "occurred_at": NOON, "anonymous_id": "device-2"},
        {
            "id": "known",
            "name": "hand_waved",
            "occurred_at": NOON,
            "member_id": "other",
            "anonymous_id": "device-1",
        },
    ]
    with memory_analysis(rows, identities={"old": "new", "device-1": "new"}) as analysis:
        found = analysis.events.select("id", "member_id").to_pyarrow().to_pylist()
    assert {row["id"]: row["member_id"] for row in found} == {
        "merged": "new",
        "device": "new",
        "stranger": None,
        "known": "other",
    }


def test_nothing_is_loaded_from_elsewhere() -> None:
    with memory_analysis([]) as analysis:
        rows = analysis.connection.raw_sql(
            "SELECT value FROM duckdb_settings()"
            " WHERE name IN ('autoload_known_extensions', 'autoinstall_known_extensions')"
        ).fetchall()
    assert rows == [("false",), ("false",)]


@pytest.mark.django_db
def test_tail_is_read_as_it_was_written(home: Path) -> None:
    member, order = new_id(), new_id()
    event = make_event(
        member_id=member,
        order_id=order,
        product="",
        quantity=-3,
        amount_minor=-1250,
        currency="GBP",
        occurred_at=datetime(2011, 12, 9, 12, 50, 0, 123456, tzinfo=UTC),
        properties={"hand": 'left,\n"quoted" \\. 群盈'},
    )
    make_event(backfill=True)
    with open_analysis() as analysis:
        rows = {row["id"]: row for row in analysis.events.to_pyarrow().to_pylist()}
    row = rows[str(event.id)]
    assert len(rows) == 2
    assert UUID(row["member_id"]) == member
    assert UUID(row["order_id"]) == order
    assert (row["product"], row["quantity"], row["amount"], row["currency"]) == ("", -3, -1250, "GBP")
    assert row["occurred_at"] == datetime(2011, 12, 9, 12, 50, 0, 123456, tzinfo=UTC)
    assert dict(row["properties"]) == {"hand": 'left,\n"quoted" \\. 群盈'}
    assert row["anonymous_id"] is None
    assert row["backfill"] is False


@pytest.mark.django_db
def test_identity_map_is_joined_and_as_of_holds(home: Path) -> None:
    from qunying.members.models import IdentityMap, Member

    member = Member.objects.create(first_seen_at=NOON, created_at=NOON)
    device = new_id()
    IdentityMap.objects.create(key=device, member=member)
    make_event(anonymous_id=device)
    make_event(anonymous_id=device, occurred_at=NOON + timedelta(hours=1))
    with open_analysis(as_of=NOON) as analysis:
        assert analysis.events.member_id.to_pyarrow().to_pylist() == [str(member.id)]


@pytest.mark.django_db
def test_empty_installation_has_no_events(home: Path) -> None:
    with open_analysis() as analysis:
        assert analysis.events.count().to_pyarrow().as_py() == 0
        assert analysis.lake_version is None
