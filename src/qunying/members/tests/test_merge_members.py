"""Merging and undoing: history stays, nothing is lost, undoing leads back exactly."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.kernel.ids import new_id
from qunying.members.actions.change_attribute import change_attribute
from qunying.members.actions.link_anonymous import AnonymousTaken, link_anonymous
from qunying.members.actions.mark_staff_account import mark_staff_account
from qunying.members.actions.merge_members import SameMember, merge_members
from qunying.members.actions.tag_member import tag_member
from qunying.members.actions.undo_merge import MergedFurther, MergeNotFound, undo_merge
from qunying.members.actions.untag_member import untag_member
from qunying.members.models import Attribute, Consent, Identity, IdentityMap, Member, Tag
from qunying.members.queries.get_member import (
    MemberNotFound,
    find_member_by_identity,
    get_member,
    list_own_ids,
    resolve_member_id,
)
from qunying.members.queries.list_contacts import list_consents, list_contacts
from qunying.members.tests.make import NOW, agree, anybody, make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PRESENT_VALUES: list[tuple[Any, tuple[str, ...]]] = [
    (Attribute, ("name", "value", "source", "changed_at")),
    (Tag, ("name", "source", "added_at")),
    (Consent, ("channel", "granted", "text_hash", "changed_at")),
]


def act(verb, *, now=NOW, **arguments):
    return verb(command_id=str(new_id()), actor=anybody(), now=now, **arguments)


def merge(kept, merged, now=NOW + 10 * HOUR):
    return act(merge_members, now=now, kept_id=kept.id, merged_id=merged.id)


def state(*members: Member) -> dict[str, Any]:
    """Everything that a merge may touch, for comparison."""
    ids = [member.id for member in members]
    return {
        "people": list(Member.objects.filter(pk__in=ids).order_by("pk").values()),
        "identities": list(Identity.objects.filter(member__in=ids).order_by("pk").values()),
        "map": list(IdentityMap.objects.filter(member__in=ids).order_by("pk").values()),
        **{
            model.__name__: sorted(
                model.objects.filter(member__in=ids).values_list("member", *fields), key=str
            )
            for model, fields in PRESENT_VALUES
        },
    }


def test_the_merged_member_is_known_as_the_kept_one():
    anna = make_member(email="anna@example.com")
    twin = make_member(email="a.nna@example.com", identities=[("phone", "13812341234")])
    events = Event.objects.filter(member_id=twin.id).count()
    merge(anna, twin)
    assert find_member_by_identity("phone", "13812341234") == anna
    assert get_member(twin.id) == anna
    assert list_own_ids(anna.id) == [anna.id, twin.id]
    assert list_contacts([twin.id], "phone") == {twin.id: "+8613812341234"}
    assert Event.objects.filter(member_id=twin.id).count() == events
    assert Event.objects.get(name="members_merged").properties["merged"] == str(twin.id)


def test_the_newer_value_wins_and_the_rest_is_joined():
    anna = make_member(attributes={"country": "Germany", "city": "Köln"}, tags=["vip"])
    twin = make_member(tags=["vip", "guide"], first_seen_at=NOW - 1000 * HOUR)
    act(change_attribute, now=NOW + HOUR, member_id=twin.id, attribute="country", value="France")
    act(change_attribute, now=NOW - HOUR, member_id=twin.id, attribute="city", value="Paris")
    act(change_attribute, member_id=twin.id, attribute="sex", value="f")
    merge(anna, twin)
    assert dict(anna.attributes.values_list("name", "value")) == {
        "country": "France",
        "city": "Köln",
        "sex": "f",
    }
    assert set(anna.tags.values_list("name", flat=True)) == {"vip", "guide"}
    assert get_member(anna.id).first_seen_at == NOW - 1000 * HOUR


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ((True, 0), (False, 1), False),
        ((False, 1), (True, 0), False),
        ((False, 0), (True, 1), True),
        ((True, 0), (False, 0), False),
        ((False, 0), (True, 0), False),
    ],
)
def test_what_was_said_last_about_contact_counts(mine, theirs, expected):
    anna, twin = make_member(), make_member()
    agree(anna.id, "email", granted=mine[0], now=NOW + mine[1] * HOUR)
    agree(twin.id, "email", granted=theirs[0], now=NOW + theirs[1] * HOUR)
    merge(anna, twin)
    assert list_consents([anna.id, twin.id], "email") == {anna.id: expected, twin.id: expected}


def test_withdrawing_after_a_merge_holds_for_the_old_id_too():
    anna, twin = make_member(), make_member(consents={"email": True})
    merge(anna, twin)
    agree(twin.id, "email", granted=False, now=NOW + 20 * HOUR)
    assert list_consents([anna.id, twin.id], "email") == {anna.id: False, twin.id: False}


_facts = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from(["attribute", "tag", "consent"]),
        st.sampled_from(["a", "b"]),
        st.sampled_from(["x", "y"]),
        st.integers(0, 3),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_facts)
def test_undoing_leads_back_exactly(facts):
    anna, twin = make_member(), make_member(first_seen_at=NOW - HOUR)
    act(link_anonymous, anonymous_id=new_id(), member_id=twin.id)
    for mine, kind, name, value, hours in facts:
        member, now = (anna if mine else twin), NOW + hours * HOUR
        if kind == "attribute":
            act(change_attribute, now=now, member_id=member.id, attribute=name, value=value)
        elif kind == "tag":
            act(tag_member, now=now, member_id=member.id, tag=name)
        else:
            agree(member.id, name, granted=value == "x", now=now)
    before = state(anna, twin)
    made = merge(anna, twin)
    assert state(anna, twin) != before
    act(undo_merge, merge_id=made.merge_id)
    assert state(anna, twin) == before


def test_what_was_learnt_since_stays():
    anna, twin = make_member(), make_member(attributes={"city": "Köln", "sex": "f"})
    made = merge(anna, twin)
    act(change_attribute, now=NOW + 11 * HOUR, member_id=twin.id, attribute="city", value="Bonn")
    act(undo_merge, merge_id=made.merge_id)
    assert dict(anna.attributes.values_list("name", "value")) == {"city": "Bonn"}
    assert dict(twin.attributes.values_list("name", "value")) == {"city": "Köln", "sex": "f"}


def test_chains_are_flat_and_undone_from_the_end():
    first, second, third = make_member(), make_member(), make_member()
    inner, outer = merge(second, first), merge(third, second)
    assert resolve_member_id(first.id) == third.id
    with pytest.raises(MergedFurther):
        act(undo_merge, merge_id=inner.merge_id)
    act(undo_merge, merge_id=outer.merge_id)
    assert resolve_member_id(first.id) == second.id
    act(undo_merge, merge_id=inner.merge_id)
    assert resolve_member_id(first.id) == first.id
    with pytest.raises(MergeNotFound):
        act(undo_merge, merge_id=inner.merge_id)


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_merges_into_one_member_either_may_be_undone_first(first):
    """What one of them brought must not stay, or come back, when it is the other's that is on top of it."""
    anna = make_member()
    twins = [make_member(attributes={"city": "Köln"}, tags=["vip"]), make_member(tags=["vip"])]
    agree(twins[0].id, "email", granted=True, now=NOW)
    agree(twins[1].id, "email", granted=False, now=NOW + HOUR)
    act(change_attribute, now=NOW + HOUR, member_id=twins[1].id, attribute="city", value="Bonn")
    act(mark_staff_account, member_id=twins[0].id, is_staff=True)
    act(mark_staff_account, member_id=twins[1].id, is_staff=True)
    alone = state(anna, *twins)
    made = [merge(anna, twin, now=NOW + (10 + number) * HOUR) for number, twin in enumerate(twins)]
    act(undo_merge, merge_id=made[first].merge_id)
    other = 1 - first
    assert list_consents([anna.id], "email") == {anna.id: other == 0}
    assert anna.attributes.get(name="city").value == ("Köln", "Bonn")[other]
    assert get_member(anna.id).is_staff
    assert anna.tags.filter(name="vip").exists()
    act(undo_merge, merge_id=made[other].merge_id)
    assert state(anna, *twins) == alone


def test_what_was_taken_off_after_two_merges_stays_off():
    anna, twins = make_member(), [make_member(tags=["vip"]), make_member(tags=["vip"])]
    made = [merge(anna, twin, now=NOW + (10 + number) * HOUR) for number, twin in enumerate(twins)]
    act(untag_member, now=NOW + 20 * HOUR, member_id=anna.id, tag="vip")
    act(undo_merge, merge_id=made[0].merge_id)
    assert not anna.tags.exists()


def test_who_is_one_already():
    anna, twin = make_member(), make_member()
    with pytest.raises(SameMember):
        merge(anna, anna)
    merge(anna, twin)
    with pytest.raises(SameMember):
        merge(twin, anna)
    with pytest.raises(MemberNotFound):
        act(merge_members, kept_id=anna.id, merged_id=new_id())


def test_a_merge_can_be_done_again_after_undoing():
    anna, twin = make_member(), make_member()
    act(undo_merge, merge_id=merge(anna, twin).merge_id)
    merge(twin, anna)
    assert get_member(anna.id) == twin


def test_a_visitor_becomes_a_member_once():
    anna, ben, visitor = make_member(), make_member(), new_id()
    assert act(link_anonymous, anonymous_id=visitor, member_id=anna.id) == anna.id
    assert act(link_anonymous, anonymous_id=visitor, member_id=anna.id) == anna.id
    assert Event.objects.filter(name="anonymous_linked", anonymous_id=visitor).count() == 1
    with pytest.raises(AnonymousTaken):
        act(link_anonymous, anonymous_id=visitor, member_id=ben.id)
    with pytest.raises(AnonymousTaken):
        act(link_anonymous, anonymous_id=ben.id, member_id=anna.id)


def test_a_staff_account_is_marked_with_a_trace():
    anna = make_member()
    assert act(mark_staff_account, member_id=anna.id, is_staff=True)
    assert not act(mark_staff_account, member_id=anna.id, is_staff=True)
    assert get_member(anna.id).is_staff
    assert Event.objects.filter(name="staff_account_marked").count() == 1
