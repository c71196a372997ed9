"""The lake: each event exactly once, whatever dies and in whatever order transactions end."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from deltalake.exceptions import CommitFailedError
from django.db import transaction

from qunying.kernel.ids import new_id
from qunying.stream import export
from qunying.stream.compact import compact_lake, month_files
from qunying.stream.export import export_to_lake, sole_writer
from qunying.stream.export_identities import export_identities, identities_folder
from qunying.stream.horizon import safe_horizon
from qunying.stream.lake import DatabaseBehindLake, lake_mark, open_analysis, open_lake
from qunying.stream.models import Cursor, Event
from qunying.stream.record import NewEvent, record
from qunying.stream.schema import EVENT_SCHEMA
from qunying.stream.tests.make import NOON, WAVED, make_event, make_events
from qunying.stream.tests.process import KILLED, open_session, run_apart

pytestmark = pytest.mark.django_db(transaction=True)


def export_now() -> None:
    """Export; whoever was killed just now may be taken for busy for a moment."""
    while export_to_lake(NOON).was_busy:
        time.sleep(0.05)


def compact_now() -> None:
    compact_lake(NOON, small_files_allowed=1)


def read_ids() -> list[str]:
    with open_analysis() as analysis:
        return sorted(analysis.events.id.to_pyarrow().to_pylist())


def lake_ids() -> list[str]:
    table = open_lake()
    if table is None:
        return []
    return sorted(name for file in table.file_uris() for name in parquet.read_table(file)["id"].to_pylist())


def all_ids() -> list[str]:
    return sorted(str(id_) for id_ in Event.objects.values_list("id", flat=True))


def test_export_moves_the_tail_into_the_lake(home: Path) -> None:
    make_events(5, properties={"hand": "left"}, amount_minor=-7, currency="CNY")
    before = read_ids()
    done = export_to_lake(NOON)
    assert (done.rows, done.lake_version, done.was_busy) == (5, 0, False)
    assert lake_ids() == read_ids() == before == all_ids()
    make_events(2)
    assert len(lake_ids()) == 5
    assert read_ids() == all_ids()
    assert export_to_lake(NOON).rows == 2
    assert export_to_lake(NOON).rows == 0
    assert lake_ids() == read_ids() == all_ids()
    assert lake_mark(open_lake()) <= Cursor.objects.get(reader="lake").transaction


def test_rows_are_the_same_from_lake_and_tail(home: Path) -> None:
    make_event(
        member_id=new_id(),
        order_id=new_id(),
        quantity=3,
        properties={"hand": 'l"\n群'},
        occurred_at=NOON + timedelta(days=40),
    )
    make_event(anonymous_id=new_id(), backfill=True, product="")

    def rows() -> list[dict[str, object]]:
        with open_analysis() as analysis:
            table = analysis.events.order_by("id").to_pyarrow()
            assert table.schema.names == EVENT_SCHEMA.names
            return list(table.to_pylist())

    before = rows()
    export_to_lake(NOON)
    assert rows() == before


def test_transactions_that_end_out_of_order_are_not_skipped(home: Path) -> None:
    slow = open_session()
    slow.execute(
        "INSERT INTO stream_event (id, source, source_event_id, name, occurred_at, received_at)"
        " VALUES (gen_random_uuid(), 's', 'slow', 'hand_waved', now(), now())"
    )
    make_events(3)
    assert export_to_lake(NOON).rows == 0, "everything is above the transaction that still runs"
    assert len(read_ids()) == 3
    slow.commit()
    slow.close()
    assert len(read_ids()) == 4
    assert export_to_lake(NOON).rows == 4
    assert lake_ids() == read_ids() == all_ids()


@pytest.mark.parametrize("point", ["export.read", "export.committed", "export.mark_copied"])
def test_killed_anywhere_no_event_is_doubled_or_missing(home: Path, point: str) -> None:
    make_events(10)
    assert run_apart(export_now, failpoints=f"{point}=exit") == KILLED
    make_events(4)
    assert read_ids() == all_ids()
    export_now()
    assert lake_ids() == read_ids() == all_ids()
    assert len(all_ids()) == 14


def test_twin_that_keeps_its_mark_elsewhere_doubles(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_events(10)
    guard_off = "export.mark_in_lake=off"
    assert run_apart(export_now, failpoints=f"{guard_off};export.committed=exit") == KILLED
    monkeypatch.setenv("QUNYING_FAILPOINTS", guard_off)
    export_now()
    assert len(lake_ids()) == 20
    assert len(all_ids()) == 10


def test_second_writer_finds_it_busy(home: Path) -> None:
    make_events(1)
    other = open_session()
    other.execute("SELECT pg_advisory_lock(%s)", [export.WRITER_LOCK])
    assert export_to_lake(NOON).was_busy
    other.execute("SELECT pg_advisory_unlock(%s)", [export.WRITER_LOCK])
    assert export_to_lake(NOON).rows == 1
    other.close()


def test_two_writers_without_the_lock_cannot_both_commit(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the lock be lost, the lake refuses the second commit of the same rows."""
    make_events(1)
    export_to_lake(NOON)
    make_events(3)
    real = export.append

    def overtaken(*arguments: object, **options: object) -> None:
        monkeypatch.setattr(export, "append", real)
        export_to_lake(NOON)
        real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(export, "append", overtaken)
    with pytest.raises(CommitFailedError):
        export_to_lake(NOON)
    assert lake_ids() == read_ids() == all_ids()


def test_large_backlogs_go_in_chunks_of_whole_transactions(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "ROWS_AT_ONCE", 10)
    for size in (4, 4, 4, 35, 1, 9, 3):
        make_events(size)
    assert export_to_lake(NOON).rows == 60
    assert lake_ids() == all_ids()
    table = open_lake()
    assert table is not None
    assert table.version() >= 3


def test_readers_see_each_event_once_while_others_write_and_export(home: Path) -> None:
    """Whenever a reader looks, it sees whole transactions, each event once, and never fewer than before."""
    stop = threading.Event()
    failures: list[str] = []

    def write() -> None:
        with open_session() as session:
            while not stop.is_set():
                session.execute(
                    "INSERT INTO stream_event (id, source, source_event_id, name, occurred_at, received_at)"
                    " SELECT gen_random_uuid(), 's', '', 'hand_waved', now(), now() FROM generate_series(1, 7)"
                )
                session.commit()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    seen = 0
    for turn in range(12):
        ids = read_ids()
        if len(ids) != len(set(ids)) or len(ids) % 7 or len(ids) < seen:
            failures.append(f"{turn}: {len(ids)} ids, {len(set(ids))} different, {seen} before")
        seen = len(ids)
        export_to_lake(NOON)
    stop.set()
    for writer in writers:
        writer.join()
    assert not failures
    export_to_lake(NOON)
    assert lake_ids() == read_ids() == all_ids()


def test_database_from_a_dump_is_noticed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_events(1)
    export_to_lake(NOON)
    monkeypatch.setattr("qunying.stream.lake.lake_mark", lambda _table: 2**60)
    with pytest.raises(DatabaseBehindLake), open_analysis():
        pass
    monkeypatch.setattr("qunying.stream.export.lake_mark", lambda _table: 2**60)
    with pytest.raises(DatabaseBehindLake):
        export_to_lake(NOON)


def test_compaction_keeps_every_row_and_sorts_by_member(home: Path) -> None:
    members = [new_id() for _ in range(5)]
    for turn in range(6):
        for member in [*members, None]:
            make_event(member_id=member, occurred_at=NOON - timedelta(minutes=turn))
        make_event(occurred_at=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=turn))
        export_to_lake(NOON)
    table = open_lake()
    assert table is not None
    mark, before = lake_mark(table), lake_ids()
    assert len(month_files(table, "2026-03")) == 6
    done = compact_lake(NOON, small_files_allowed=5)
    assert done.months == ["2020-01", "2026-03"]
    after = open_lake()
    assert after is not None
    assert lake_mark(after) == mark
    assert lake_ids() == before == read_ids() == all_ids()
    (file,) = month_files(after, "2026-03")
    rows = parquet.read_table(file).select(["member_id", "occurred_at", "id"]).to_pylist()
    keys = [(row["member_id"] is None, row["member_id"] or "", row["occurred_at"], row["id"]) for row in rows]
    assert len(keys) == 36
    assert keys == sorted(keys)
    assert compact_lake(NOON, small_files_allowed=5).months == []


@pytest.mark.parametrize("point", ["compact.read", "compact.committed"])
def test_killed_compaction_changes_nothing(home: Path, point: str) -> None:
    for _ in range(3):
        make_events(2)
        export_to_lake(NOON)
    assert run_apart(compact_now, failpoints=f"{point}=exit") == KILLED
    make_events(1)
    export_now()
    assert lake_ids() == read_ids() == all_ids()


def test_reader_of_an_older_version_is_not_disturbed_by_compaction(home: Path) -> None:
    for _ in range(3):
        make_events(2)
        export_to_lake(NOON)
    with open_analysis() as analysis:
        compact_lake(NOON, small_files_allowed=1)
        assert analysis.events.count().to_pyarrow().as_py() == 6


def test_identity_map_is_exported_beside_and_only_when_it_changed(home: Path) -> None:
    from deltalake import DeltaTable

    from qunying.members.models import IdentityMap, Member

    assert export_identities(NOON)
    assert not export_identities(NOON)
    member = Member.objects.create(first_seen_at=NOON, created_at=NOON)
    key = new_id()
    IdentityMap.objects.create(key=key, member=member)
    assert export_identities(NOON)
    assert not export_identities(NOON)
    rows = DeltaTable(identities_folder()).to_pyarrow_table().to_pylist()
    assert rows == [{"key": str(key), "member_id": str(member.id)}]


def test_own_uncommitted_events_are_read_and_not_exported(home: Path) -> None:
    with transaction.atomic():
        record(NewEvent(type=WAVED, occurred_at=NOON, received_at=NOON))
        assert len(read_ids()) == 1
        assert export_to_lake(NOON).rows == 0
    assert safe_horizon().transaction > 0
    with sole_writer() as is_sole:
        assert is_sole
