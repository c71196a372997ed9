"""One-time codes: strangers see no difference, guessing ends early, a code works once and is kept nowhere."""

import json
from datetime import timedelta

import pytest

from qunying.kernel.guessing import TooManyAttempts
from qunying.kernel.ids import new_id
from qunying.kernel.models import Command
from qunying.members.actions.end_session import end_session
from qunying.members.actions.forget_sign_ins import SignInsForgotten, forget_sign_ins
from qunying.members.actions.issue_one_time_code import issue_one_time_code
from qunying.members.actions.redeem_one_time_code import redeem_one_time_code
from qunying.members.member_web import visitor
from qunying.members.models import Identity, MemberSession, OneTimeCode
from qunying.members.queries.normalise_identity import BadIdentity
from qunying.members.queries.one_time_codes import code_of, find_code_to_deliver
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def issue(contact="anna@example.com", *, now=NOW, address="192.0.2.1", contact_type="email"):
    return issue_one_time_code(
        command_id=str(new_id()),
        actor=visitor(),
        now=now,
        contact_type=contact_type,
        contact=contact,
        address=address,
    )


def redeem(code_id, code, *, now=NOW, address="192.0.2.1", command_id=None):
    return redeem_one_time_code(
        command_id=command_id or str(new_id()),
        actor=visitor(),
        now=now,
        code_id=code_id,
        code=code,
        address=address,
    )


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_code_signs_in_once():
    member = make_member(email="anna@example.com")
    issued = issue(" ANNA@example.com ")
    told = find_code_to_deliver(issued.code_id, NOW)
    assert told is not None
    assert (told.contact, told.member_id) == ("anna@example.com", member.id)
    session = MemberSession.objects.get(pk=redeem(issued.code_id, f" {told.code} ").session_id)
    assert session.member_id == member.id
    assert session.expires_at == NOW + timedelta(days=30)
    assert Identity.objects.get().verified_at == NOW
    assert Event.objects.filter(name="member_signed_in", member_id=member.id).count() == 1
    assert redeem(issued.code_id, told.code).session_id is None
    assert find_code_to_deliver(issued.code_id, NOW) is None


def test_the_same_form_twice_is_one_session():
    make_member(email="anna@example.com")
    issued = issue()
    command_id = str(new_id())
    first = redeem(issued.code_id, code_of(issued.code_id), command_id=command_id)
    assert redeem(issued.code_id, code_of(issued.code_id), command_id=command_id) == first
    assert MemberSession.objects.count() == 1


def test_a_stranger_sees_no_difference():
    make_member(email="anna@example.com")
    known, unknown = issue("anna@example.com"), issue("nobody@example.com")
    assert known.expires_at == unknown.expires_at
    assert redeem(known.code_id, wrong(code_of(known.code_id))) == redeem(unknown.code_id, "000000")
    assert redeem(new_id(), "000000").session_id is None


def test_the_right_code_of_an_unknown_contact_is_worth_nothing():
    issued = issue("nobody@example.com")
    assert find_code_to_deliver(issued.code_id, NOW) is None
    assert redeem(issued.code_id, code_of(issued.code_id)).session_id is None
    assert not MemberSession.objects.exists()


def test_five_tries():
    make_member(email="anna@example.com")
    issued = issue()
    right = code_of(issued.code_id)
    for _ in range(5):
        assert redeem(issued.code_id, wrong(right)).session_id is None
    assert redeem(issued.code_id, right).session_id is None


def test_ten_minutes():
    make_member(email="anna@example.com")
    issued = issue()
    right = code_of(issued.code_id)
    late = NOW + timedelta(minutes=10)
    assert redeem(issued.code_id, right, now=late).session_id is None
    assert redeem(issued.code_id, right, now=late - timedelta(seconds=1)).session_id is not None


def test_a_newer_code_ends_the_older():
    make_member(email="anna@example.com")
    older, newer = issue(), issue(now=NOW + timedelta(seconds=5))
    later = NOW + timedelta(seconds=6)
    assert redeem(older.code_id, code_of(older.code_id), now=later).session_id is None
    assert redeem(newer.code_id, code_of(newer.code_id), now=later).session_id is not None


@pytest.mark.parametrize("contact", ["anna@example.com", "nobody@example.com"])
def test_asking_is_slow_per_contact(contact):
    make_member(email="anna@example.com")
    for number in range(3):
        issue(contact, address=f"192.0.2.{number}")
    with pytest.raises(TooManyAttempts):
        issue(contact.upper(), address="192.0.2.9")
    assert issue(contact, now=NOW + timedelta(minutes=11))


def test_asking_is_slow_per_address():
    for number in range(10):
        issue(f"nobody{number}@example.com")
    with pytest.raises(TooManyAttempts):
        issue("nobody10@example.com")
    assert issue("nobody10@example.com", address="192.0.2.2")


def test_trying_is_slow_per_address():
    for _ in range(10):
        redeem(new_id(), "000000")
    with pytest.raises(TooManyAttempts):
        redeem(new_id(), "000000")


def test_no_code_and_no_contact_is_written_down():
    make_member(email="anna@example.com")
    Command.objects.all().delete()
    issued = issue()
    redeem(issued.code_id, code_of(issued.code_id))
    stored = json.dumps([list(Command.objects.values()), list(OneTimeCode.objects.values())], default=str)
    assert code_of(issued.code_id) not in stored
    assert "anna@example.com" not in stored


def test_codes_differ_and_follow_from_the_secret(settings):
    ids = [new_id() for _ in range(50)]
    codes = [code_of(code_id) for code_id in ids]
    assert len(set(codes)) > 45
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    settings.SECRET_KEY = "another secret, with enough signs in it"
    assert [code_of(code_id) for code_id in ids] != codes


@pytest.mark.parametrize(("contact_type", "contact"), [("email", "x"), ("wecom", "wm1"), ("phone", "\x00")])
def test_what_is_no_contact(contact_type, contact):
    with pytest.raises(BadIdentity):
        issue(contact, contact_type=contact_type)


@pytest.mark.parametrize("typed", ["", "\x00", "\ud800", "١٢٣٤٥٦", "0" * 10000])
def test_strange_codes_are_wrong_codes(typed):
    make_member(email="anna@example.com")
    assert redeem(issue().code_id, typed).session_id is None


def test_signing_out():
    make_member(email="anna@example.com")
    issued = issue()
    session_id = redeem(issued.code_id, code_of(issued.code_id)).session_id
    arguments = {"actor": anybody(), "now": NOW, "session_id": session_id}
    assert end_session(command_id=str(new_id()), **arguments)
    assert not end_session(command_id=str(new_id()), **arguments)


def test_old_codes_and_sessions_are_forgotten():
    make_member(email="anna@example.com")
    issued = issue()
    redeem(issued.code_id, code_of(issued.code_id))

    def forget(days):
        return forget_sign_ins(command_id=str(new_id()), actor=anybody(), now=NOW + timedelta(days=days))

    assert forget(1) == SignInsForgotten(codes=0, sessions=0, links=0)
    assert forget(2) == SignInsForgotten(codes=1, sessions=0, links=0)
    assert forget(61) == SignInsForgotten(codes=0, sessions=1, links=0)
