"""Erasing a person: no word, name or contact of theirs is left in any table; the books stay, on an id that leads to nobody."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client

from qunying.accounts.actions.create_key import make_key
from qunying.accounts.tests.make import make_staff
from qunying.activities.actions.admit_member import admit_member
from qunying.activities.actions.take_part import take_part
from qunying.activities.models import Registration
from qunying.activities.tests.make import CLOSE, make_activity, play
from qunying.fulfilment.actions.receive_fulfilment import receive_fulfilment
from qunying.fulfilment.actions.send_fulfilment import send_fulfilment
from qunying.fulfilment.erasing import SomethingToSend
from qunying.fulfilment.tests.make import make_fulfilment
from qunying.kernel import clock
from qunying.kernel.actors import Actor, member_actor
from qunying.kernel.ids import new_id
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, give_points, points_of, run
from qunying.members.actions.add_identity import add_identity
from qunying.members.actions.ask_about_data import ask_about_data
from qunying.members.actions.erase_member import NotAskedFor, OwnErasure, erase_member
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.redeem_sign_in_link import redeem_sign_in_link
from qunying.members.actions.tag_member import tag_member
from qunying.members.models import DataRequest, Member, Tombstone
from qunying.members.queries.get_member import MemberErased
from qunying.members.sign_in_links import message_link
from qunying.members.tests.make import agree, make_member, sign_in
from qunying.messages.models import Send
from qunying.messages.sending.links import Link, tracked_url
from qunying.messages.tests.make import dispatch, plan
from qunying.referrals.actions.make_code import make_code
from qunying.referrals.tests.make import make_programme
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.grant_coupons import grant_coupons
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.spend_points import spend_points
from qunying.rewards.models import Coupon
from qunying.rewards.tests.make import make_template
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
MARK = "Zyxwvut"
DAY = timedelta(days=1)


def tables_with(mark: str) -> list[str]:
    """Return the tables in which a mark stands anywhere, as text."""
    found = []
    tables = [*(model._meta.db_table for model in apps.get_models()), "stream_event", "identity_map"]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor)) | {"stream_event"}
        for table in sorted(set(tables) & present):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ILIKE %s', [f"%{mark}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def somebody() -> Member:
    """Return a member whose mark stands in many places, with a second account merged into them."""
    member = make_member(
        name=f"{MARK} Li",
        email=f"{MARK}@example.com",
        attributes={"city": f"{MARK}burg"},
        tags=[f"{MARK}-tag"],
        now=NOW,
    )
    agree(member.pk, "mailbox")
    twin = make_member(name=f"{MARK} twin", attributes={"country": MARK}, now=NOW)
    run(merge_members, kept_id=member.pk, merged_id=twin.pk)
    plan([member.pk], now=NOW)
    dispatch(NOW)
    give_points(member.pk, 70)
    return member


def test_nothing_of_a_person_is_left_but_the_books() -> None:
    member = somebody()
    parcel = make_fulfilment(way="post", member_id=member.pk)
    phone = Client()
    sign_in(phone, member)
    with pytest.raises(NotAskedFor):
        run(erase_member, member_id=member.pk)
    run(ask_about_data, member_id=member.pk, kind="erasure", text=f"I am {MARK}: forget me")
    with pytest.raises(SomethingToSend):
        run(erase_member, member_id=member.pk)
    run(send_fulfilment, number=parcel.id, carrier="SF", tracking="SF1234567")
    run(receive_fulfilment, number=parcel.id, member_id=member.pk)
    assert len(tables_with(MARK)) >= 5
    gone = run(erase_member, member_id=member.pk).gone
    assert tables_with(MARK) == []
    assert gone["identities"] >= 2
    assert gone["messages"] == gone["addresses"] == 1
    assert get_balance(points_of(member.pk)) == 70
    assert audit() == []
    assert phone.get("/m/me/").status_code == 302
    assert Tombstone.objects.get().member_id == member.pk
    assert DataRequest.objects.get().state == "done"
    assert Event.objects.filter(name="member_erased", member_id=member.pk).count() == 1
    assert Event.objects.filter(
        member_id=member.pk, name="attribute_changed"
    ).exists()  # that it was, not what


def test_messages_that_an_erased_person_had_before_sign_nobody_in() -> None:
    member = make_member(name="Ann")
    links = [message_link(member.pk, new_id(), clock.now()) for _ in range(2)]
    tokens = [link.rpartition("/")[2] for link in links]
    words: dict[str, Any] = {"now": clock.now(), "address": "192.0.2.1"}
    assert run(redeem_sign_in_link, token=tokens[0], **words).session_id
    run(ask_about_data, member_id=member.pk, kind="erasure", text="Please")
    run(erase_member, member_id=member.pk)
    assert run(redeem_sign_in_link, token=tokens[1], **words).session_id is None
    assert Client().get(f"/m/sign-in/link/{tokens[1]}").status_code == 410


def test_nothing_is_booked_to_an_erased_person_and_their_links_lead_nowhere() -> None:
    """By program, by the plain way and by what serves many at once; the books stay as they were."""
    member, twin, other = make_member(now=NOW - DAY), make_member(now=NOW - DAY), make_member(now=NOW - DAY)
    offer, wheel, evening = make_template(), make_activity("wheel"), make_activity("gathering")
    play(evening, member.pk)
    registration = Registration.objects.get()
    make_programme()
    invitation = run(make_code, member_id=member.pk)
    agree(member.pk, "mailbox")
    plan([member.pk], now=NOW, link=Link("/m/offers/", "offer", {}, clock.now() + DAY))
    dispatch(NOW)
    message = tracked_url(Send.objects.get().pk, {"valid_until": (clock.now() + DAY).isoformat()})
    run(merge_members, kept_id=member.pk, merged_id=twin.pk)
    run(ask_about_data, member_id=member.pk, kind="erasure", text="Please")
    run(erase_member, member_id=member.pk)
    ids, program = [member.pk, twin.pk], Actor("key", "shop", frozenset({"*"}))
    before = Event.objects.filter(member_id__in=ids).count()
    own = member_actor(member.pk, "rewards.claim_coupon", "activities.take_part")
    refused: list[tuple[Any, dict[str, Any]]] = [
        (claim_coupon, {"template_id": offer, "actor": program}),
        (claim_coupon, {"template_id": offer, "actor": own}),
        (take_part, {"activity_id": wheel.id, "actor": program}),
        (grant_points, {"amount": 5, "reason": "Thanks"}),
        (spend_points, {"amount": 5, "reason": "Tea"}),
        (add_identity, {"type": "email", "value": "again@example.com"}),
        (tag_member, {"tag": "vip"}),
    ]
    for act, words in refused:
        with pytest.raises(MemberErased):
            run(act, member_id=member.pk, **words)
    with pytest.raises(MemberErased):
        run(claim_coupon, template_id=offer, actor=program, member_id=twin.pk)
    with pytest.raises(MemberErased):
        run(merge_members, kept_id=other.pk, merged_id=member.pk)
    door = CLOSE + timedelta(hours=1)
    with pytest.raises(MemberErased):
        run(admit_member, now=door, activity_id=evening.id, registration_id=registration.pk)
    assert run(grant_coupons, template_id=offer, member_ids=[member.pk, other.pk]).granted == 1
    assert Coupon.objects.get().member_id == other.pk
    phone = Client(headers={"accept-language": "en"})
    for path, sentence in ((message, "expired"), (f"/m/i/{invitation}/", "invitation")):
        page = phone.get(path.removeprefix(settings.PUBLIC_URL))
        assert page.status_code == 404, path
        assert sentence in page.content.decode()
    assert Event.objects.filter(member_id__in=ids).count() == before
    assert audit() == []


def test_who_enters_it_does_not_carry_it_out() -> None:
    member = make_member()
    person = make_staff()
    made, _secret = make_key(
        command_id="k", actor=person.actor, now=NOW, name="desk", scopes=["members.erase_member"]
    )
    desk = Actor("staff", str(person.pk), frozenset({"members.*"}))
    program = Actor("key", str(made.key_id), frozenset({"members.*"}))
    owner = Actor("staff", "owner", frozenset({"*"}))
    run(ask_about_data, actor=desk, member_id=member.pk, kind="erasure", text="By telephone")
    for same in (desk, program):
        with pytest.raises(OwnErasure):
            run(erase_member, actor=same, member_id=member.pk)
    run(erase_member, actor=owner, member_id=member.pk)
    assert not Member.objects.get(pk=member.pk).name


def test_staff_erase_in_the_console_once_they_are_sure() -> None:
    member: Any = make_member(name="Ann")
    run(ask_about_data, member_id=member.pk, kind="erasure", text="Please")
    desk = Client(headers={"accept-language": "en"})
    desk.force_login(make_staff())
    assert b"Erase this person" in desk.get("/console/members/data-requests/").content
    path = f"/console/members/{member.pk}/erase/"
    desk.post(path)
    member.refresh_from_db()
    assert member.name == "Ann"
    desk.post(path, {"sure": "yes"})
    member.refresh_from_db()
    assert member.name == ""
    assert str(new_id()) not in path
