"""Attributes, tags and consents: present rows, and events with old and new value for each change."""

import hashlib

import pytest

from qunying.kernel.ids import new_id
from qunying.kernel.wording import BadText
from qunying.members.actions.change_attribute import change_attribute
from qunying.members.actions.change_consent import BadChannel, change_consent
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.tag_member import tag_member
from qunying.members.actions.take_over_consents import take_over_consents
from qunying.members.actions.untag_member import untag_member
from qunying.members.models import Attribute, Consent, ConsentText, Tag
from qunying.members.queries.get_member import MemberNotFound
from qunying.members.queries.list_contacts import list_consents, list_contacts
from qunying.members.tests.make import NOW, agree, anybody, make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def told(member, name):
    rows = Event.objects.filter(member_id=member.id, name=name).order_by("position")
    return [row.properties for row in rows]


def act(verb, **arguments):
    return verb(**{"command_id": str(new_id()), "actor": anybody(), "now": NOW, **arguments})


def test_an_attribute_changes_and_goes():
    member = make_member()
    for value in ["Germany", "Germany", "France", ""]:
        act(change_attribute, member_id=member.id, attribute="country", value=value)
    pairs = [(event["old"], event["new"]) for event in told(member, "attribute_changed")]
    assert pairs == [("", "Germany"), ("Germany", "France"), ("France", "")]
    assert not Attribute.objects.exists()


def test_a_tag_comes_and_goes_once():
    member = make_member()
    assert act(tag_member, member_id=member.id, tag=" vip ").changed
    assert not act(tag_member, member_id=member.id, tag="vip").changed
    assert Tag.objects.get().source == "manual"
    assert act(untag_member, member_id=member.id, tag="vip").changed
    assert not act(untag_member, member_id=member.id, tag="vip").changed
    assert told(member, "tag_added") == [{"tag": "vip", "source": "manual"}]
    assert told(member, "tag_removed") == [{"tag": "vip"}]


def test_consent_is_provable():
    member = make_member()
    first, second = "I agree to offers.", "I agree to offers and news."
    for text, granted in [(first, True), (first, True), (second, True), (second, False), (second, True)]:
        agree(member.id, "email", granted=granted, text=text)
    hash_1, hash_2 = (hashlib.sha256(text.encode()).hexdigest() for text in (first, second))
    states = [
        (e["old"], e["new"], e["text_hash"], e["channel"], e["actor"])
        for e in told(member, "consent_changed")
    ]
    assert states == [
        ("", "granted", hash_1, "email", "system:test"),
        ("granted", "granted", hash_2, "email", "system:test"),
        ("granted", "withdrawn", hash_2, "email", "system:test"),
        ("withdrawn", "granted", hash_2, "email", "system:test"),
    ]
    assert Event.objects.filter(name="consent_changed", occurred_at=NOW).count() == 4
    assert ConsentText.objects.get(pk=hash_1).text == first
    assert Consent.objects.get().granted


def test_consents_of_many():
    yes, no, never = make_member(), make_member(), make_member()
    agree(yes.id, "email")
    agree(no.id, "email", granted=False)
    agree(never.id, "wecom")
    assert list_consents([yes.id, no.id, never.id, new_id()], "email") == {yes.id: True, no.id: False}
    assert list_consents([], "email") == {}


def test_contacts_of_many():
    anna, ben = (
        make_member(email="anna@example.com"),
        make_member(email="", identities=[("phone", "13812341234")]),
    )
    assert list_contacts([anna.id, ben.id], "email") == {anna.id: "anna@example.com"}
    assert list_contacts([anna.id, ben.id], "phone") == {ben.id: "+8613812341234"}


@pytest.mark.parametrize("channel", ["", "E-Mail", "x" * 21, "a b", "\x00"])
def test_a_strange_channel_is_refused(channel):
    with pytest.raises(BadChannel):
        act(change_consent, member_id=make_member().id, channel=channel, granted=True, text="x")


def test_consent_needs_its_wording():
    with pytest.raises(BadText):
        act(change_consent, member_id=make_member().id, channel="email", granted=True, text="  ")


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        (tag_member, {"tag": "vip"}),
        (untag_member, {"tag": "vip"}),
        (change_attribute, {"attribute": "country", "value": "x"}),
        (change_consent, {"channel": "email", "granted": True, "text": "x"}),
    ],
)
def test_an_unknown_member_is_not_found(verb, arguments):
    with pytest.raises(MemberNotFound):
        act(verb, member_id=new_id(), **arguments)
    assert not Event.objects.exists()


def test_many_consents_at_once_are_what_single_ones_would_be():
    new, repeated, withdrawn, kept, merged = (make_member() for _place in range(5))
    text = "I agree to offers."
    agree(repeated.id, "email", granted=True, text=text)
    agree(withdrawn.id, "email", granted=False, text=text)
    act(merge_members, kept_id=kept.id, merged_id=merged.id)
    asked = [new.id, new.id, repeated.id, withdrawn.id, merged.id, new_id()]
    arguments = {"member_ids": asked, "channel": "email", "granted": True, "text": text}
    assert act(take_over_consents, **arguments).changed == 3
    people = [new.id, repeated.id, withdrawn.id, kept.id]
    assert list_consents(people, "email") == dict.fromkeys(people, True)
    hash_of_text = hashlib.sha256(text.encode()).hexdigest()
    for member, old in ((new, ""), (withdrawn, "withdrawn"), (kept, "")):
        last = told(member, "consent_changed")[-1]
        assert (last["old"], last["new"], last["text_hash"]) == (old, "granted", hash_of_text)
        assert last["actor"] == anybody().key
    assert len(told(repeated, "consent_changed")) == 1
    assert act(take_over_consents, **arguments).changed == 0


def test_many_consents_need_a_channel_and_a_wording():
    member = make_member()
    with pytest.raises(BadChannel):
        act(take_over_consents, member_ids=[member.id], channel="E mail", granted=True, text="x")
    with pytest.raises(BadText):
        act(take_over_consents, member_ids=[member.id], channel="email", granted=True, text=" ")
