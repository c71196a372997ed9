"""The list of members: pages without gaps, filters that hold, searches that show only what one may see."""

from datetime import timedelta

import pytest

from qunying.accounts.roles import PERMISSIONS, Role
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.kernel.paging import BadCursor
from qunying.members.actions.merge_members import merge_members
from qunying.members.queries.list_members import (
    SEARCH_LIMIT,
    MemberFilter,
    count_members,
    list_attribute_names,
    list_attribute_values,
    list_members,
    list_tag_names,
)
from qunying.members.tests.make import NOW, anybody, make_member

pytestmark = pytest.mark.django_db
PHONE = "13812341234"
ALL_WAYS = {"name", "e-mail", "start of e-mail", "phone", "start of phone", "number", "id"}
STRANGE_CURSORS = ["x", "é", "\x00", "W10", "bnVsbA", "WyJ4IiwgMV0", "WyJ4IiwgInkiXQ", "WzEsICJ4Il0"]


def role(name):
    return Actor(kind="staff", id="1", permissions=PERMISSIONS[name])


def walk(size=2, **question):
    """All pages of a question, in order."""
    found, cursor = [], None
    while True:
        page = list_members(actor=anybody(), cursor=cursor, size=size, **question)
        assert len(page.rows) <= size
        found += page.rows
        cursor = page.next_cursor
        if cursor is None:
            return found


def search(text, actor=None, **more):
    return set(list_members(actor=actor or anybody(), search=text, **more).rows)


def test_the_newest_come_first_without_gaps():
    members = [make_member(first_seen_at=NOW + timedelta(days=number // 2)) for number in range(5)]
    found = walk()
    assert [member.first_seen_at for member in found] == sorted(
        (member.first_seen_at for member in members), reverse=True
    )
    assert set(found) == set(members)
    assert len(found) == 5


def test_filters_hold_together():
    make_member(attributes={"country": "Germany"})
    make_member(attributes={"country": "France"}, tags=["vip"])
    wanted = {make_member(attributes={"country": "Germany", "sex": "f"}, tags=["vip"]) for _ in range(3)}
    conditions = MemberFilter(attributes=(("country", "Germany"),), tags=("vip",))
    assert set(walk(conditions=conditions)) == wanted
    assert set(walk(conditions=MemberFilter(attributes=(("country", "Germany"), ("sex", "f"))))) == wanted
    assert len(walk(conditions=MemberFilter(tags=("vip",)))) == 4
    assert walk(conditions=MemberFilter(tags=("nobody",))) == []
    assert count_members(conditions) == 3
    assert count_members(MemberFilter(tags=("vip",)), limit=2) == 3
    assert count_members() == 5


def test_what_can_be_filtered_by():
    make_member(attributes={"country": "Germany", "sex": "f"}, tags=["b", "a"])
    make_member(attributes={"country": "France"}, tags=["a"])
    assert list_attribute_names() == ["country", "sex"]
    assert list_attribute_values("country") == ["France", "Germany"]
    assert list_attribute_values("country", limit=1) == ["France"]
    assert list_attribute_values("shoe_size") == []
    assert list_tag_names() == ["a", "b"]


def test_searching_by_whatever_is_known():
    anna = make_member(
        name="Anna Ö.", email="Anna@example.com", identities=[("phone", PHONE), ("shop_customer", "12345")]
    )
    make_member(name="Ben", identities=[("shop_customer", "99123")])
    for text in [
        "anna",
        "ANNA Ö",
        str(anna.id),
        "anna@EXAMPLE.com",
        "anna@ex",
        "12345",
        "123",
        PHONE,
        "1381",
        "+86138",
    ]:
        assert search(text) == {anna}, text
    for text in ["nna", "2345", str(new_id()), "%", "_", "\\", "anna\x00", "x" * 10_000, "\ud800"]:
        assert search(text) == set(), text


def test_searching_and_filtering():
    wanted = make_member(name="Li", tags=["vip"])
    make_member(name="Li")
    assert search("li", conditions=MemberFilter(tags=("vip",))) == {wanted}


def test_merged_members_are_in_no_list():
    anna, twin = make_member(name="Li", tags=["vip"]), make_member(name="Li", tags=["vip"])
    merge_members(command_id=str(new_id()), actor=anybody(), now=NOW, kept_id=anna.id, merged_id=twin.id)
    assert walk() == [anna]
    assert walk(conditions=MemberFilter(tags=("vip",))) == [anna]
    assert search("li") == search(str(twin.id)) == {anna}
    assert count_members() == 1


def test_a_search_that_finds_too_much_says_so():
    for _ in range(SEARCH_LIMIT + 1):
        make_member(name="Li", email="")
    page = list_members(actor=anybody(), search="li")
    assert (len(page.rows), page.is_cut, page.next_cursor) == (SEARCH_LIMIT, True, None)


@pytest.mark.parametrize(
    ("role_name", "found_by"),
    [
        (
            Role.CUSTOMER_SERVICE,
            {"name", "e-mail", "start of e-mail", "phone", "start of phone", "number", "id"},
        ),
        (Role.OPERATOR, {"name", "e-mail", "phone", "number", "id"}),
        (Role.ANALYST, {"number", "id"}),
    ],
)
def test_each_role_finds_only_by_what_it_may_see(role_name, found_by):
    anna = make_member(
        name="Anna", email="person@example.com", identities=[("phone", PHONE), ("shop_customer", "777")]
    )
    ways = {
        "name": "ann",
        "e-mail": "person@example.com",
        "start of e-mail": "person@",
        "phone": PHONE,
        "start of phone": "1381",
        "number": "777",
        "id": str(anna.id),
    }
    found = {way for way, text in ways.items() if search(text, role(role_name)) == {anna}}
    assert found == found_by


@pytest.mark.parametrize(
    "cursor", ["x", "é", "\x00", "W10", "bnVsbA", "WyJ4IiwgMV0", "WyJ4IiwgInkiXQ", "WzEsICJ4Il0"]
)
def test_a_strange_cursor_is_refused(cursor):
    make_member(tags=["vip"])
    for conditions in (MemberFilter(), MemberFilter(tags=("vip",))):
        with pytest.raises(BadCursor):
            list_members(actor=anybody(), cursor=cursor, conditions=conditions)
