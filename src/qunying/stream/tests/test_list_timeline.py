"""The timeline: newest first, page after page, merged ids and recognised visits included, lake and database as one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from qunying.kernel.ids import new_id
from qunying.kernel.paging import BadCursor
from qunying.members.models import IdentityMap, Member
from qunying.stream.export import export_to_lake
from qunying.stream.partitions import Month
from qunying.stream.queries import list_timeline as module
from qunying.stream.queries.count_events import count_events
from qunying.stream.queries.list_timeline import list_timeline
from qunying.stream.tests.make import NOON, make_event


def walk(member_id: UUID, size: int) -> list[UUID]:
    ids, cursor = [], None
    while True:
        page = list_timeline(member_id, cursor, size)
        assert len(page.entries) <= size
        ids += [entry.id for entry in page.entries]
        cursor = page.next_cursor
        if cursor is None:
            return ids


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3, 50])
def test_newest_first_page_by_page(home: Path, size: int) -> None:
    member = new_id()
    events = [make_event(member_id=member, occurred_at=NOON + timedelta(hours=n // 2)) for n in range(8)]
    make_event(member_id=new_id())
    make_event()
    expected = [event.id for event in sorted(events, key=lambda e: (e.occurred_at, e.id), reverse=True)]
    assert walk(member, size) == expected


@pytest.mark.django_db
def test_merged_and_recognised_history_is_included(home: Path) -> None:
    member, other = (Member.objects.create(first_seen_at=NOON, created_at=NOON) for _ in range(2))
    merged, device = new_id(), new_id()
    for key in (merged, device):
        IdentityMap.objects.create(key=key, member=member)
    mine = [
        make_event(member_id=member.id),
        make_event(member_id=merged, occurred_at=NOON + timedelta(hours=1)),
        make_event(anonymous_id=device, occurred_at=NOON + timedelta(hours=2)),
    ]
    make_event(member_id=other.id, anonymous_id=device)
    assert walk(member.id, 2) == [event.id for event in reversed(mine)]


@pytest.mark.django_db
def test_entry_says_what_happened(home: Path) -> None:
    member, campaign = new_id(), new_id()
    make_event(
        member_id=member, campaign_id=campaign, amount_minor=-5, currency="CNY", properties={"hand": "左"}
    )
    (entry,) = list_timeline(member).entries
    assert (entry.name, entry.campaign_id, entry.amount_minor, entry.currency) == (
        "hand_waved",
        campaign,
        -5,
        "CNY",
    )
    assert entry.properties == {"hand": "左"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [2, 50])
def test_months_that_left_the_database_are_read_from_the_lake(
    home: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    member = new_id()
    old = [
        make_event(
            member_id=member,
            occurred_at=NOON + timedelta(days=n),
            received_at=datetime(2025, 1, 1, tzinfo=UTC),
            campaign_id=new_id(),
            properties={"hand": str(n)},
        )
        for n in (1, 3, 5)
    ]
    kept = [make_event(member_id=member, occurred_at=NOON + timedelta(days=n)) for n in (2, 4)]
    before = {entry.id: entry for entry in list_timeline(member).entries}
    export_to_lake(NOON)
    monkeypatch.setattr(module, "list_partitions", lambda: [Month(NOON.date().replace(day=1))])
    with connection.cursor() as cursor:  # as if the partition had been dropped
        cursor.execute("ALTER TABLE stream_event_rest DISABLE TRIGGER ALL")
        cursor.execute(
            "DELETE FROM stream_event_rest WHERE received_at < %s", [datetime(2025, 2, 1, tzinfo=UTC)]
        )
        cursor.execute("ALTER TABLE stream_event_rest ENABLE TRIGGER ALL")
    expected = [event.id for event in sorted([*old, *kept], key=lambda e: e.occurred_at, reverse=True)]
    assert walk(member, size) == expected
    assert {entry.id: entry for entry in list_timeline(member).entries} == before


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WyIyMDI2LTAxLTAxIiwgIngiXQ", "W10", "\x00", "é"])
def test_foreign_cursors_are_refused(home: Path, cursor: Any) -> None:
    with pytest.raises(BadCursor):
        list_timeline(new_id(), cursor)


@pytest.mark.django_db
def test_events_are_counted_by_name(home: Path) -> None:
    from qunying.stream.events import PRODUCT_VIEWED

    make_event()
    make_event(type=PRODUCT_VIEWED)
    make_event(type=PRODUCT_VIEWED, occurred_at=NOON + timedelta(hours=1))
    assert list(count_events().items()) == [("product_viewed", 2), ("hand_waved", 1)]
    assert count_events(NOON, NOON + timedelta(hours=1)) == {"product_viewed": 1, "hand_waved": 1}
