"""Planning: one row per member, the reason with each that will not be sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from qunying.kernel.ids import new_id
from qunying.members.models import Member
from qunying.members.tests.make import make_member
from qunying.messages.actions.lift_suppression import lift_suppression
from qunying.messages.actions.plan_sends import plan_sends
from qunying.messages.actions.suppress import UnknownCause, UnknownScope, suppress
from qunying.messages.actions.withdraw_template import withdraw_template
from qunying.messages.built_in import MAILBOX_ID
from qunying.messages.models import Send, Suppression
from qunying.messages.queries.count_sends import count_sends
from qunying.messages.queries.get_template import TemplateWithdrawn
from qunying.messages.sending.links import BadLinkTarget, Link
from qunying.messages.sending.planning import AlreadyStale
from qunying.messages.tests.make import NOON, make_template, plan, words
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def test_every_member_gets_one_row_and_its_reason() -> None:
    willing = make_member(consents={"mailbox": True})
    unwilling = make_member(consents={"mailbox": False})
    never_asked = make_member()
    held_out = make_member(consents={"mailbox": True})
    complaining = make_member(consents={"mailbox": True})
    staff = make_member(consents={"mailbox": True})
    Member.objects.filter(pk=staff.pk).update(is_staff=True)
    campaign = new_id()
    suppress(
        **words(),
        member_ids=[held_out.pk],
        scope=f"campaign:{campaign}",
        reason="holdout",
        origin=str(campaign),
    )
    suppress(**words(), member_ids=[complaining.pk], scope="promotion", reason="complaint", origin="case 1")

    everybody = [m.pk for m in (willing, unwilling, never_asked, held_out, complaining, staff)]
    planned = plan([*everybody, willing.pk], campaign_id=campaign)

    assert planned.planned == 1
    assert planned.dropped == {"no_consent": 2, "held_out": 1, "suppressed": 1, "staff_account": 1}
    assert planned.already == 0
    reasons = dict(Send.objects.values_list("member_id", "reason"))
    assert reasons[willing.pk] == ""
    assert reasons[held_out.pk] == "held_out"
    assert Send.objects.get(member=complaining).detail == "complaint"
    assert Event.objects.filter(name="message_dropped", campaign_id=campaign).count() == 5
    told = Event.objects.get(name="message_dropped", member_id=held_out.pk)
    assert told.properties["reason"] == "held_out"
    assert count_sends(campaign)["total"] == 6


def test_planning_again_adds_only_the_new() -> None:
    first, second = make_member(consents={"mailbox": True}), make_member(consents={"mailbox": True})
    campaign, template = new_id(), make_template()
    plan([first.pk], campaign_id=campaign, template_id=template)
    again = plan([first.pk, second.pk], campaign_id=campaign, template_id=template)
    assert (again.planned, again.already) == (1, 1)
    assert Send.objects.count() == 2


def test_a_promotion_stop_lets_service_through_and_a_full_stop_does_not() -> None:
    muted, stopped = make_member(), make_member()
    suppress(**words(), member_ids=[muted.pk], scope="promotion", reason="mute")
    suppress(**words(), member_ids=[stopped.pk], scope="everything", reason="request")
    planned = plan([muted.pk, stopped.pk], template_id=make_template(purpose="service"))
    assert planned.planned == 1
    assert planned.dropped == {"suppressed": 1}


def test_the_holdout_gets_no_service_message_of_its_campaign_either() -> None:
    member, campaign = make_member(consents={"mailbox": True}), new_id()
    suppress(**words(), member_ids=[member.pk], scope=f"campaign:{campaign}", reason="holdout")
    service = make_template(purpose="service")
    assert plan([member.pk], campaign_id=campaign, template_id=service).dropped == {"held_out": 1}
    assert plan([member.pk], template_id=service).planned == 1


def test_suppressions_end_and_are_lifted_by_origin() -> None:
    member = make_member(consents={"mailbox": True})
    for origin in ("case 1", "case 2"):
        suppress(
            **words(), member_ids=[member.pk, member.pk], scope="promotion", reason="complaint", origin=origin
        )
    assert Suppression.objects.count() == 2
    lift_suppression(**words(), scope="promotion", reason="complaint", origin="case 1")
    assert plan([member.pk]).planned == 0
    lift_suppression(
        **words(), scope="promotion", reason="complaint", origin="case 2", member_ids=[member.pk]
    )
    assert plan([member.pk]).planned == 1

    suppress(
        **words(), member_ids=[member.pk], scope="promotion", reason="mute", until=NOON + timedelta(days=1)
    )
    assert plan([member.pk]).planned == 0
    assert plan([member.pk], now=NOON + timedelta(days=1)).planned == 1


def test_a_repeated_suppression_is_never_made_shorter() -> None:
    member = make_member()
    stop: dict[str, Any] = {"member_ids": [member.pk], "scope": "promotion", "reason": "mute"}
    suppress(**words(), **stop, until=NOON + timedelta(days=7))
    suppress(**words(), **stop, until=NOON + timedelta(days=1))
    assert Suppression.objects.get().until == NOON + timedelta(days=7)
    suppress(**words(), **stop, until=None)
    assert Suppression.objects.get().until is None


def test_unknown_scopes_and_causes_are_refused() -> None:
    with pytest.raises(UnknownScope):
        suppress(**words(), member_ids=[], scope="campaign:all", reason="holdout")
    with pytest.raises(UnknownCause):
        suppress(**words(), member_ids=[], scope="promotion", reason="whim")


def test_what_cannot_be_planned_is_refused() -> None:
    member = make_member()
    template = make_template()
    with pytest.raises(AlreadyStale):
        plan([member.pk], due_at=NOON, not_after=NOON)
    withdraw_template(**words(), template_id=template)
    with pytest.raises(TemplateWithdrawn):
        plan([member.pk], template_id=template)
    for path in ("https://evil.example/", "//evil.example/m/", "/console/x/", "/m//evil/", "/m/offers"):
        with pytest.raises(BadLinkTarget):
            plan([member.pk], link=Link(path, "offer", {}, NOON + timedelta(days=3)))


def test_twenty_thousand_members_are_planned_in_few_statements(django_assert_max_num_queries) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # the test's own end checks all their keys at once
        cursor.execute(
            "INSERT INTO members_member (id, name, first_seen_at, created_at, is_staff)"
            " SELECT gen_random_uuid(), 'M' || n, now(), now(), false FROM generate_series(1, 20000) n"
        )
        cursor.execute(
            "INSERT INTO members_consent (member_id, channel, granted, text_hash, changed_at)"
            " SELECT id, 'mailbox', true, '', now() FROM members_member"
        )
    ids = list(Member.objects.values_list("pk", flat=True))
    template, campaign = make_template(), new_id()
    with django_assert_max_num_queries(30):
        planned = plan_sends(
            **words(),
            campaign_id=campaign,
            step="offer",
            template_id=template,
            channel_id=MAILBOX_ID,
            member_ids=ids,
            due_at=NOON,
        )
    assert planned.planned == 20_000
