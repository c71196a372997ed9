"""Races between processes; the one for a guard has a twin without it, which must go wrong."""

import pytest

from qunying.kernel.ids import new_id
from qunying.kernel.problems import Problem
from qunying.kernel.tests.racing import race, switch_off
from qunying.members.actions.add_identity import add_identity
from qunying.members.actions.create_member import create_member
from qunying.members.actions.issue_one_time_code import issue_one_time_code
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.redeem_one_time_code import redeem_one_time_code
from qunying.members.actions.redeem_sign_in_link import redeem_sign_in_link
from qunying.members.actions.undo_merge import undo_merge
from qunying.members.member_web import visitor
from qunying.members.models import Identity, IdentityMap, Member, MemberSession, Merge
from qunying.members.queries.one_time_codes import code_of
from qunying.members.sign_in_links import code_link, message_link
from qunying.members.tests.make import NOW, anybody, make_member

pytestmark = pytest.mark.django_db(transaction=True)


def act(verb, actor=None, **arguments):
    return verb(command_id=str(new_id()), actor=actor or anybody(), now=NOW, **arguments)


def _redeem_one_code(times):
    """Type the right code many times at once, each time from another address; count the sessions."""
    make_member(email="anna@example.com")
    issued = act(
        issue_one_time_code, visitor(), contact_type="email", contact="anna@example.com", address="192.0.2.1"
    )
    code = code_of(issued.code_id)

    def redeem(number):
        act(redeem_one_time_code, visitor(), code_id=issued.code_id, code=code, address=f"192.0.2.{number}")

    outcomes = race(redeem, times)
    assert outcomes == {"done": times}
    return MemberSession.objects.count()


def test_a_code_starts_one_session():
    assert _redeem_one_code(24) == 1


def test_a_code_starts_more_without_the_lock(monkeypatch):
    switch_off(monkeypatch, "members.code_lock", "members.code_read")
    assert _redeem_one_code(24) > 1


def _use_one_link(times, *, of_code):
    """Click on a link many times at once; count the sessions."""
    member = make_member(email="anna@example.com")
    if of_code:
        issued = act(
            issue_one_time_code,
            visitor(),
            contact_type="email",
            contact="anna@example.com",
            address="192.0.2.1",
        )
        link = code_link(issued.code_id, issued.expires_at)
    else:
        link = message_link(member.id, new_id(), NOW)
    token = link.rpartition("/")[2]

    def click(number):
        act(redeem_sign_in_link, visitor(), token=token, address=f"192.0.2.{number}")

    assert race(click, times) == {"done": times}
    return MemberSession.objects.count()


@pytest.mark.parametrize("of_code", [True, False])
def test_a_link_signs_in_once(of_code):
    assert _use_one_link(50, of_code=of_code) == 1


def test_a_link_signs_in_more_often_without_the_guards(monkeypatch):
    switch_off(monkeypatch, "members.link_use", "members.link_read")
    assert _use_one_link(16, of_code=False) > 1


def test_an_identity_is_one_members():
    outcomes = race(lambda _n: act(create_member, identities=[("email", "anna@example.com")]), 24)
    assert outcomes == {"done": 1, "identity_taken": 23}
    assert Member.objects.count() == 1


def test_merges_in_both_directions_leave_one_member():
    anna, twin = make_member(), make_member()

    def merge(number):
        kept, merged = (anna, twin) if number % 2 else (twin, anna)
        act(merge_members, kept_id=kept.id, merged_id=merged.id)

    outcomes = race(merge, 16)
    assert outcomes == {"done": 1, "same_member": 15}
    assert IdentityMap.objects.count() == Merge.objects.count() == 1
    assert Identity.objects.values("member").distinct().count() == 1


def test_merging_undoing_and_learning_at_once_lose_nothing():
    anna, twin = make_member(), make_member()

    def either(number):
        try:
            if number % 3 == 0:
                act(merge_members, kept_id=anna.id, merged_id=twin.id)
            elif number % 3 == 1 and (merge := Merge.objects.filter(undone_at=None).first()):
                act(undo_merge, merge_id=merge.id)
            else:
                act(add_identity, member_id=twin.id, type="wecom", value=f"wm{number}")
        except Problem:
            pass

    outcomes = race(either, 48)
    assert outcomes == {"done": 48}
    assert Identity.objects.filter(type="wecom").count() >= 16
    in_force = Merge.objects.filter(undone_at=None).count()
    assert in_force == IdentityMap.objects.count() <= 1
    if in_force:
        assert not Identity.objects.filter(member=twin).exists()
