"""Creating members: identities are one person's, names and events are right, repeats change nothing."""

import pytest

from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.ids import new_id
from qunying.kernel.wording import BadText
from qunying.members.actions.add_identity import IdentityTaken, add_identity
from qunying.members.actions.change_attribute import BadAttribute
from qunying.members.actions.create_member import create_member
from qunying.members.models import Attribute, Identity, Member
from qunying.members.queries.get_member import MemberNotFound, find_member_by_identity, get_member
from qunying.members.queries.normalise_identity import BadIdentity, normalise_identity
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def create(**changes):
    arguments = {"command_id": str(new_id()), "actor": anybody(), "now": NOW, **changes}
    return create_member(**arguments)


def test_a_member_with_identities_and_attributes():
    made = create(
        name="Anna",
        identities=[("email", "Anna@Example.com"), ("phone", "+86 138-1234-1234")],
        attributes={"city": "Köln"},
    )
    member = get_member(made.member_id)
    assert member.name == "Anna"
    assert find_member_by_identity("email", "anna@example.COM") == member
    assert find_member_by_identity("phone", "13812341234") == member
    assert find_member_by_identity("phone", "not a phone") is None
    names = list(
        Event.objects.filter(member_id=member.id).order_by("position").values_list("name", flat=True)
    )
    assert names == ["member_created", "identity_added", "identity_added", "attribute_changed"]
    changed = Event.objects.get(name="attribute_changed")
    assert changed.properties == {"attribute": "city", "old": "", "new": "Köln", "source": "staff"}


def test_the_same_command_makes_one_member():
    command_id = str(new_id())
    first = create(command_id=command_id, name="Anna")
    assert create(command_id=command_id, name="Anna") == first
    assert Member.objects.count() == 1


def test_a_taken_identity_leaves_nothing_behind():
    make_member(email="anna@example.com")
    with pytest.raises(IdentityTaken):
        create(name="Other", identities=[("phone", "13812341234"), ("email", "ANNA@example.com")])
    assert Member.objects.count() == 1
    assert not Identity.objects.filter(type="phone").exists()


def test_who_may_not_creates_nothing():
    analyst = Actor(kind="staff", id="1", permissions=frozenset({"members.view"}))
    with pytest.raises(Forbidden):
        create(actor=analyst)
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": "a\x00b"}, BadText),
        ({"name": "\ud800"}, BadText),
        ({"name": "x" * 101}, BadText),
        ({"attributes": {"Country!": "x"}}, BadAttribute),
        ({"attributes": {"country": "x"}, "source": "nobody"}, BadAttribute),
        ({"attributes": {"country": "x" * 501}}, BadText),
        ({"identities": [("email", "no address")]}, BadIdentity),
        ({"identities": [("passport", "1")]}, BadIdentity),
    ],
)
def test_nonsense_is_refused(changes, problem):
    with pytest.raises(problem):
        create(**changes)
    assert not Member.objects.exists()


def test_adding_an_identity_twice_and_verifying_it():
    member = make_member(email="")

    def add(verified):
        return add_identity(
            command_id=str(new_id()),
            actor=anybody(),
            now=NOW,
            member_id=member.id,
            type="wecom",
            value="wm1",
            verified=verified,
        )

    assert add(verified=False).is_new
    assert not add(verified=True).is_new
    assert Identity.objects.get().verified_at == NOW
    assert Event.objects.filter(name="identity_added").count() == 1


def test_an_unknown_member():
    with pytest.raises(MemberNotFound):
        get_member(new_id())


def test_history_may_know_somebody_earlier():
    earlier = NOW.replace(year=2020)
    made = create(first_seen_at=earlier)
    event = Event.objects.get(name="member_created")
    assert (event.occurred_at, event.received_at, event.backfill) == (earlier, NOW, True)
    assert get_member(made.member_id).first_seen_at == earlier
    assert Attribute.objects.count() == 0


@pytest.mark.parametrize(
    ("type_", "typed", "stored"),
    [
        ("email", " Anna@X.COM ", "anna@x.com"),
        ("phone", "１３８１２３４１２３４", "+8613812341234"),
        ("phone", "0086 138-1234-1234", "+8613812341234"),
        ("phone", "+49 (30) 123-456", "+4930123456"),
        ("shop_customer", " 12345 ", "12345"),
        ("openid", "oAbC-_9", "oAbC-_9"),
    ],
)
def test_one_spelling(type_, typed, stored):
    assert normalise_identity(type_, typed) == stored
    assert normalise_identity(type_, stored) == stored
