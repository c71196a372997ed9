"""Months: made ahead, filled by time of receipt, dropped only when the lake holds them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from qunying.stream.export import export_to_lake
from qunying.stream.housekeeping import keep_house
from qunying.stream.lake import open_analysis
from qunying.stream.models import Cursor, Event, EventKey, ReactionRun
from qunying.stream.partitions import Month, drop_partition, ensure_partitions, list_partitions, month_of
from qunying.stream.queries.get_status import get_status
from qunying.stream.run_reactions import run_reactions
from qunying.stream.tests.make import NOON, make_event, make_events
from qunying.stream.tests.process import open_session

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = datetime(2019, 12, 31, 23, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def months_of_the_test() -> Iterator[None]:
    yield
    for month in list_partitions():
        if month.first.year < 2025:
            drop_partition(month)


def table_of(event_id: UUID) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM stream_event WHERE id = %s", [event_id])
        return str(cursor.fetchone()[0])


def test_months_are_those_of_utc() -> None:
    assert month_of(datetime.fromisoformat("2024-01-01T00:30:00+08:00")) == Month(date(2023, 12, 1))
    assert Month(date(2023, 12, 1)).next == Month(date(2024, 1, 1))
    assert Month(date(2024, 2, 1)).table == "stream_event_2024_02"


def test_migrating_has_made_this_month_and_those_ahead() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (now,) = cursor.fetchone()
    month = month_of(now)
    for _ in range(4):
        assert month in list_partitions()
        month = month.next
    assert table_of(make_event(received_at=now).id) == month_of(now).table
    assert ensure_partitions(now) == []


def test_rows_without_a_month_are_kept_and_seen() -> None:
    event = make_event(received_at=LONG_AGO)
    assert table_of(event.id) == "stream_event_rest"
    assert get_status().stray_rows == 1
    made = ensure_partitions(LONG_AGO)
    assert made == ["stream_event_2020_01", "stream_event_2020_02", "stream_event_2020_03"]
    assert Event.objects.count() == 1


def test_month_is_dropped_90_days_after_its_end_when_the_lake_holds_it(home: Path) -> None:
    ensure_partitions(LONG_AGO)
    make_events(5, received_at=LONG_AGO)
    make_events(2)
    end = datetime(2020, 1, 1, tzinfo=UTC)
    assert keep_house(end + timedelta(days=91)).refused == ["stream_event_2019_12"]
    export_to_lake(NOON)
    run_reactions(NOON)  # they are readers too
    assert "stream_event_2019_12" not in keep_house(end + timedelta(days=89)).dropped
    assert keep_house(end + timedelta(days=90)).dropped == ["stream_event_2019_12"]
    assert Event.objects.count() == 2
    with open_analysis() as analysis:
        assert analysis.events.count().to_pyarrow().as_py() == 7


def test_month_stays_while_a_reader_is_behind_or_the_lake_holds_less(home: Path) -> None:
    ensure_partitions(LONG_AGO)
    make_events(5, received_at=LONG_AGO)
    export_to_lake(NOON)
    later = datetime(2020, 6, 1, tzinfo=UTC)
    Cursor.objects.create(reader="slow", transaction=1)
    assert keep_house(later).refused == ["stream_event_2019_12"]
    Cursor.objects.filter(reader="slow").delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stream_event (id, source, source_event_id, name, occurred_at, received_at, transaction)"
            " VALUES (gen_random_uuid(), 's', 'k', 'hand_waved', %s, %s, 3)",
            [LONG_AGO, LONG_AGO],
        )
    assert keep_house(later).refused == ["stream_event_2019_12"], "one row more than the lake has"


def test_keys_are_forgotten_after_13_months() -> None:
    young, old = NOON - timedelta(days=31 * 13), NOON - timedelta(days=31 * 13 + 2)
    for key, at in (("young", young), ("old", old)):
        EventKey.objects.create(source="shop", source_event_id=key, body_hash="", received_at=at)
    run = {"reaction": "r", "transaction": 1, "position": 1}
    ReactionRun.objects.create(event_id=make_event().id, ran_at=old, **run)
    ReactionRun.objects.create(event_id=make_event().id, ran_at=old, retry_at=NOON, failure="x", **run)
    assert keep_house(NOON).forgotten == 2
    assert EventKey.objects.get().source_event_id == "young"
    assert ReactionRun.objects.get().failure == "x"


def test_status_names_who_holds_the_horizon(home: Path) -> None:
    make_events(3)
    export_to_lake(NOON)
    make_events(2)
    other = open_session()
    other.execute("SELECT pg_current_xact_id()")
    status = get_status()
    other.rollback()
    assert status.blocker is not None
    assert status.blocker.pid == other.info.backend_pid
    assert (status.lake_rows, status.lake_files, status.tail_rows, status.lake_version) == (3, 1, 2, 0)
    assert status.lake_mark < status.horizon
    assert [reader.reader for reader in status.readers if reader.reader == "lake"]
    other.close()
