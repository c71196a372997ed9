"""Rosters: the platform's truth, each person once, matched to members where they are known."""

from datetime import timedelta

import pytest

from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.models import GroupMember
from qunying.communities.queries.list_members_of import list_members_of
from qunying.communities.roster_file import RosterUnreadable, read_roster
from qunying.communities.tests.make import make_community, take_over
from qunying.members.tests.make import NOW, make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def row(key: str, **fields: object) -> RosterRow:
    return RosterRow(platform_user_id=key, **fields)  # type: ignore[arg-type]


def test_people_join_once_and_known_members_are_found() -> None:
    ann = make_member(email="ann@example.com")
    community = make_community()
    roster = [
        row("w1", identities={"email": "ANN@example.com"}, source="live"),
        row("w2"),
        row("w1", nickname="again"),
    ]
    taken = take_over(community, *roster)
    assert (taken.joined, taken.known_members, taken.repeated) == (2, 1, 1)
    assert list_members_of([community.id]) == [ann.id]
    assert Event.objects.filter(name="community_joined", community_id=community.id).count() == 2
    assert Event.objects.get(name="community_joined", member_id=ann.id).properties["source"] == "live"


def test_the_same_roster_twice_changes_nothing() -> None:
    community = make_community()
    take_over(community, row("w1"), row("w2"), is_complete=True)
    again = take_over(community, row("w1"), row("w2"), is_complete=True)
    assert (again.joined, again.left, again.already_in) == (0, 0, 2)
    assert Event.objects.filter(community_id=community.id).count() == 2


def test_who_is_missing_from_a_complete_roster_has_left_and_may_come_back() -> None:
    community = make_community()
    ann = make_member(email="ann@example.com")
    ann_row = row("w1", identities={"email": "ann@example.com"})
    take_over(community, ann_row, row("w2"), is_complete=True)
    later = NOW + timedelta(days=10)
    assert take_over(community, row("w2"), is_complete=True, now=later).left == 1
    assert list_members_of([community.id]) == []
    assert list_members_of([community.id], at=NOW + timedelta(days=5)) == [ann.id]
    take_over(community, ann_row, now=later + timedelta(days=1))
    assert GroupMember.objects.filter(member=ann).count() == 2


def test_the_same_person_under_five_ids_is_in_once() -> None:
    make_member(email="ann@example.com")
    community = make_community()
    taken = take_over(community, *(row(f"w{n}", identities={"email": "ann@example.com"}) for n in range(5)))
    assert taken.joined == 1


def test_old_joins_are_history() -> None:
    community = make_community()
    take_over(community, row("w1", joined_at=NOW - timedelta(days=400)), row("w2"))
    marks = dict(
        Event.objects.filter(community_id=community.id).values_list(
            "properties__platform_user_id", "backfill"
        )
    )
    assert marks == {"w1": True, "w2": False}


def test_a_join_time_in_the_future_is_now() -> None:
    community = make_community()
    take_over(community, row("w1", joined_at=NOW + timedelta(days=400)))
    assert GroupMember.objects.get().joined_at == NOW


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_as_chinese_platforms_write_them(encoding: str) -> None:
    text = "昵称,用户ID,身份,入群时间,手机号\n小林,u1,群主,2026-03-01 10:00:00,13812345678\n阿宝,u2,,,\n"
    first, second = read_roster(text.encode(encoding), "Asia/Shanghai")
    assert (first.platform_user_id, first.nickname, first.role) == ("u1", "小林", "owner")
    assert first.joined_at is not None
    assert first.joined_at.isoformat() == "2026-03-01T02:00:00+00:00"
    assert first.identities == {"phone": "13812345678"}
    assert second.joined_at is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no rows"),
        (b"user_id\n", "no rows"),
        (b"colour\nred\n", "no column says who"),
        (b"user_id,joined_at\nu1,someday\n", "row 2"),
        (b"user_id,nickname\n,Ann\n", "row 2"),
        (b"\xff\xfe\x00\x01" * 10, "not text"),
        (b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_rubbish_is_refused_in_words(content: bytes, says: str) -> None:
    from django.utils.translation import override

    with override("en"), pytest.raises(RosterUnreadable) as refused:
        read_roster(content, "UTC")
    assert says in str(refused.value)
