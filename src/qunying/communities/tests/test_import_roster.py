"""Rosters: the platform's truth, each person once, matched to members where they are known."""

import io
from datetime import datetime, timedelta

import pytest
import xlsxwriter
from django.db.models import F
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.import_roster import RosterRow, RosterRowInvalid
from qunying.communities.actions.join_by_link import join_by_link
from qunying.communities.models import GroupMember, MatchDoubt
from qunying.communities.person import anonymous_id_of
from qunying.communities.queries.list_members_of import list_members_of
from qunying.communities.roster_file import RosterCellUnreadable, RosterUnreadable, read_roster
from qunying.communities.tests.make import make_community, take_over
from qunying.members.queries.get_member import resolve_member_id
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=60)


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


def test_a_clock_that_is_a_little_ahead_means_now() -> None:
    community = make_community()
    take_over(community, row("w1", joined_at=NOW + timedelta(minutes=3)))
    assert GroupMember.objects.get().joined_at == NOW


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"joined_at": NOW + timedelta(days=400)}, "joined_at"),
        ({"left_at": NOW + timedelta(days=1)}, "left_at"),
        ({"joined_at": NOW, "left_at": NOW - timedelta(days=1)}, "left_at"),
        ({"role": "emperor"}, "role"),
    ],
)
def test_what_cannot_be_is_refused_whole_with_its_row(wrong: dict[str, object], field: str) -> None:
    community = make_community()
    with pytest.raises(RosterRowInvalid) as refused:
        take_over(community, row("w1"), row("w2", **wrong))
    assert (refused.value.fields["row"], refused.value.fields["field"]) == (2, field)
    assert not GroupMember.objects.exists()
    assert not Event.objects.filter(community_id=community.id, name="community_joined").exists()


def test_leaving_ends_the_stay_at_its_time_and_history_comes_in_once() -> None:
    community = make_community()
    take_over(community, row("w1", joined_at=NOW - timedelta(days=20)))
    news = [
        row("w1", left_at=NOW - timedelta(days=2)),
        row("w9", joined_at=NOW - timedelta(days=90), left_at=NOW - timedelta(days=60)),
        row("nobody", left_at=NOW),
    ]
    taken = take_over(community, *news)
    assert (taken.joined, taken.left, taken.ignored) == (1, 2, 1)
    assert GroupMember.objects.get(platform_user_id="w1").left_at == NOW - timedelta(days=2)
    again = take_over(community, *news)
    assert (again.joined, again.left) == (0, 0)
    assert GroupMember.objects.count() == 2
    left = Event.objects.filter(name="community_left", community_id=community.id)
    assert sorted(left.values_list("occurred_at", flat=True)) == [
        NOW - timedelta(days=60),
        NOW - timedelta(days=2),
    ]


def test_roles_names_and_members_follow_the_platform() -> None:
    community = make_community()
    take_over(community, row("w1", nickname="Ann"))
    ann = make_member(email="ann@example.com")
    told = row("w1", nickname="Annie", role="admin", invited_by="w7", identities={"email": "ann@example.com"})
    assert take_over(community, told).changed == 1
    stay = GroupMember.objects.get()
    assert (stay.nickname, stay.role, stay.invited_by, stay.member_id) == ("Annie", "admin", "w7", ann.id)
    changed = Event.objects.get(name="community_role_changed")
    assert changed.properties["new"] == "admin"
    assert take_over(community, row("w1")).changed == 0
    assert GroupMember.objects.get().role == "admin", "a roster without roles demotes nobody"


def test_the_history_of_somebody_recognised_later_becomes_the_members() -> None:
    community = make_community()
    take_over(community, row("w1"))
    joined = Event.objects.get(name="community_joined")
    assert joined.anonymous_id == anonymous_id_of("wecom", "w1")
    ann = make_member(email="ann@example.com")
    take_over(community, row("w1", identities={"email": "ann@example.com"}))
    assert resolve_member_id(anonymous_id_of("wecom", "w1")) == ann.id


def test_who_joined_by_our_link_is_the_same_person_on_the_platform() -> None:
    community, ann = make_community(), make_member(email="ann@example.com")
    link = create_join_link(
        command_id="l", actor=anybody(), now=NOW, community_id=community.id, source="poster"
    )
    join_by_link(command_id="j", actor=anybody(), now=NOW, token=link.token, member_id=ann.id)
    roster = [row("w1", identities={"email": "ann@example.com"})]
    taken = take_over(community, *roster, is_complete=True)
    assert (taken.joined, taken.left, taken.already_in) == (0, 0, 1)
    stay = GroupMember.objects.get()
    assert (stay.platform_user_id, stay.source) == ("w1", "poster")


def test_contradicting_identities_are_doubts_and_not_guessed() -> None:
    ann, bob = make_member(email="ann@example.com"), make_member(identities=[("phone", "13812345678")])
    community = make_community()
    taken = take_over(community, row("w1", identities={"email": "ann@example.com", "phone": "138 1234 5678"}))
    assert (taken.known_members, taken.doubtful) == (0, 1)
    assert set(MatchDoubt.objects.values_list("member_id", flat=True)) == {ann.id, bob.id}
    assert GroupMember.objects.get().member_id is None


def test_namesakes_are_asked_about_once_and_common_names_never() -> None:
    make_member(name="林晓")
    for _number in range(4):
        make_member(name="Anna")
    community = make_community()
    roster = [row("w1", nickname="林晓"), row("w2", nickname="Anna"), row("w3", nickname="x")]
    assert take_over(community, *roster).doubtful == 1
    assert take_over(community, *roster).doubtful == 0


def test_ids_of_two_platforms_never_meet() -> None:
    ann = make_member(identities=[("platform_user", "qq:42")])
    wecom, qq = make_community(), make_community(platform="qq")
    assert take_over(wecom, row("42")).known_members == 0
    assert take_over(qq, row("42")).known_members == 1
    assert list_members_of([qq.id]) == [ann.id]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_as_chinese_platforms_write_them(encoding: str) -> None:
    text = "昵称,用户ID,身份,入群时间,手机号\n小林,u1,群主,2026-03-01 10:00:00,13812345678\n阿宝,u2,,,\n"
    first, second = read_roster(text.encode(encoding), "Asia/Shanghai", LATER)
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
        (b"user_id,nickname\n,Ann\n", "row 2"),
        (b"\xff\xfe\x00\x01" * 10, "not text"),
        (b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_rubbish_is_refused_in_words(content: bytes, says: str) -> None:
    with override("en"), pytest.raises(RosterUnreadable) as refused:
        read_roster(content, "UTC", LATER)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("u1,someday,,", "入群时间", "not a time"),
        ("u1,2026-13-45,,", "入群时间", "not a time"),
        ("u1,9999-12-31 23:59,,", "入群时间", "future"),
        ("u1,2026-03-01,2026-02-01,", "退群时间", "before joining"),
        ("u1,,,大王", "身份", "no such role"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(line: str, column: str, says: str) -> None:
    text = f"用户ID,入群时间,退群时间,身份\nu0,,,成员\n{line}\n"
    with override("en"), pytest.raises(RosterCellUnreadable) as refused:
        read_roster(text.encode(), "Asia/Shanghai", LATER)
    assert (refused.value.fields["row"], refused.value.fields["column"]) == (3, column)
    assert says in str(refused.value)


def test_spreadsheets_are_read_like_text() -> None:
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = workbook.add_worksheet()
    day = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, ["user_id", "昵称", "joined_at", "邀请人"])
    sheet.write_row(1, 0, [4711, "小林"])
    sheet.write_datetime(1, 2, datetime.fromisoformat("2026-03-01T10:00"), day)
    sheet.write(1, 3, "u9")
    workbook.close()
    (found,) = read_roster(buffer.getvalue(), "Asia/Shanghai", LATER)
    assert (found.platform_user_id, found.nickname, found.invited_by) == ("4711", "小林", "u9")
    assert found.joined_at is not None
    assert found.joined_at.isoformat() == "2026-03-01T02:00:00+00:00"


def test_damaged_spreadsheets_are_refused() -> None:
    from qunying.kernel.problems import Problem

    with pytest.raises(Problem):
        read_roster(b"PK\x03\x04" + b"\x00" * 200, "UTC", LATER)


@given(
    st.lists(
        st.tuples(st.sampled_from(["in", "out", "complete"]), st.sets(st.integers(1, 6), max_size=6)),
        max_size=8,
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_series_of_rosters_ends_as_the_plain_sets_say(news: list[tuple[str, set[int]]]) -> None:
    community = make_community()
    expected: set[int] = set()
    for step, (kind, people) in enumerate(news):
        now = NOW + timedelta(hours=step)
        gone = now if kind == "out" else None
        rows = [row(f"w{number}", left_at=gone) for number in sorted(people)]
        take_over(community, *rows, is_complete=kind == "complete", now=now)
        expected = {"in": expected | people, "out": expected - people, "complete": people}[kind]
    present = GroupMember.objects.filter(community=community, left_at=None)
    assert sorted(present.values_list("platform_user_id", flat=True)) == sorted(
        f"w{number}" for number in expected
    )
    assert not GroupMember.objects.filter(left_at__lt=F("joined_at")).exists()
