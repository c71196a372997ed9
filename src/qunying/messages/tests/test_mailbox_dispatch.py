"""From plan to mailbox: texts, rules at the moment of sending, the daily limit, quiet hours, staleness."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from qunying.accounts.models import Brand
from qunying.kernel.ids import new_id
from qunying.members.models import Member
from qunying.members.tests.make import agree, make_member
from qunying.messages.actions.cancel_sends import cancel_sends
from qunying.messages.actions.change_template import change_template
from qunying.messages.actions.send_service_message import send_service_message
from qunying.messages.actions.suppress import suppress
from qunying.messages.actions.withdraw_template import withdraw_template
from qunying.messages.models import MailboxItem, MemberDay, Send
from qunying.messages.queries.count_sends import count_sends
from qunying.messages.sending.links import Link
from qunying.messages.tests.make import NOON, dispatch, make_template, plan, words
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 3, 10, 15, tzinfo=UTC)  # 23:00 in Shanghai
MORNING = datetime(2026, 3, 11, 0, tzinfo=UTC)  # 08:00


@pytest.fixture
def brand() -> Brand:
    return Brand.objects.create(name="Jade Garden")


def willing(**fields: Any):
    return make_member(consents={"mailbox": True}, **fields)


def test_a_planned_message_arrives_with_its_text_and_is_told_of(brand: Brand) -> None:
    member = willing(name="林晓", attributes={"city": "杭州"})
    template = make_template(
        subject="{{ name }}，{{ brand }}有礼",
        body="在{{ city }}的{{ name }}：{{ link }}{{ extra }}",
        variables={"city": "本地", "extra": "！"},
    )
    link = Link("/m/offers/", "offer", {"campaign": "c"}, NOON + timedelta(days=3))
    campaign = new_id()
    plan([member.pk], template_id=template, link=link, campaign_id=campaign)
    assert dispatch().handled == 1

    item = MailboxItem.objects.get()
    assert item.subject == "林晓，Jade Garden有礼"
    assert item.body.startswith("在杭州的林晓：http://127.0.0.1:8000/m/l/")
    assert "！\n\n" in item.body
    assert "/m/unsubscribe/" in item.body
    assert str(member.pk) not in item.body
    send = Send.objects.get()
    assert (send.state, send.reason, send.attempts) == ("sent", "", 1)
    told = Event.objects.get(name="message_sent")
    assert (told.member_id, told.campaign_id) == (member.pk, campaign)
    assert told.properties == {
        "send": str(send.pk),
        "channel": "mailbox",
        "step": "offer",
        "purpose": "promotion",
    }
    assert dispatch().handled == 0
    assert count_sends(campaign) == {"sent": 1, "total": 1}


def test_rules_are_asked_again_when_it_goes_out(brand: Brand) -> None:
    withdrawn, complaining, staff, fine = (willing() for _ in range(4))
    plan([m.pk for m in (withdrawn, complaining, staff, fine)])
    agree(withdrawn.pk, "mailbox", granted=False)
    suppress(**words(), member_ids=[complaining.pk], scope="promotion", reason="complaint")
    type(staff).objects.filter(pk=staff.pk).update(is_staff=True)
    dispatch()
    reasons = dict(Send.objects.values_list("member_id", "reason"))
    assert reasons == {
        withdrawn.pk: "no_consent",
        complaining.pk: "suppressed",
        staff.pk: "staff_account",
        fine.pk: "",
    }
    assert MailboxItem.objects.get().send.member_id == fine.pk
    assert Event.objects.filter(name="message_dropped").count() == 3


def test_the_daily_limit_counts_over_campaigns_and_starts_anew_each_local_day(brand: Brand) -> None:
    member = willing()
    for _ in range(3):
        plan([member.pk])
    dispatch()
    assert sorted(Send.objects.values_list("state", "reason")) == [
        ("dropped", "capped"),
        ("sent", ""),
        ("sent", ""),
    ]
    before_midnight = datetime(2026, 3, 10, 13, tzinfo=UTC)
    plan([member.pk], now=before_midnight)
    dispatch(before_midnight)
    assert MailboxItem.objects.count() == 2
    plan([member.pk], now=MORNING)
    dispatch(MORNING)
    assert MailboxItem.objects.count() == 3
    assert sorted(MemberDay.objects.values_list("used", flat=True)) == [1, 2]


def test_a_limit_of_nothing_means_none(brand: Brand) -> None:
    Brand.objects.update(messages_per_day=0)
    member = willing()
    plan([member.pk])
    plan([member.pk], template_id=make_template(purpose="service"))
    dispatch()
    assert Send.objects.get(state="dropped").reason == "capped"
    assert MailboxItem.objects.get().send.purpose == "service"


def test_ones_own_quiet_hours_put_off_all_that_can_wait(brand: Brand) -> None:
    member = willing()
    Member.objects.filter(pk=member.pk).update(quiet_from=time(11), quiet_until=time(13), language="en")
    template = make_template(purpose="service", body="您好", texts={"en": {"body": "Good day"}})
    plan([member.pk], not_after=NOON + timedelta(days=2))
    plan([member.pk], template_id=template)
    for urgent in (False, True):
        send_service_message(
            **words(),
            member_id=member.pk,
            template_id=template,
            variables={},
            key=f"{urgent}",
            is_urgent=urgent,
        )
    dispatch()
    assert [item.body for item in MailboxItem.objects.all()] == ["Good day"]
    waiting = Send.objects.filter(state="planned").values_list("reason", "due_at")
    assert list(waiting) == [("quiet_hours", NOON + timedelta(hours=1))] * 3
    dispatch(NOON + timedelta(hours=1))
    assert MailboxItem.objects.count() == 4
    assert sorted(set(MailboxItem.objects.values_list("subject", flat=True))) == [f"News for {member.name}"]


def test_quiet_hours_put_off_promotions_and_let_service_through(brand: Brand) -> None:
    member = willing()
    plan([member.pk], now=NIGHT)
    plan([member.pk], now=NIGHT, template_id=make_template(purpose="service"))
    assert dispatch(NIGHT).deferred == 1
    waiting = Send.objects.get(state="planned")
    assert (waiting.reason, waiting.due_at) == ("quiet_hours", MORNING)
    assert MailboxItem.objects.get().send.purpose == "service"
    dispatch(MORNING - timedelta(seconds=1))
    assert MailboxItem.objects.count() == 1
    dispatch(MORNING)
    assert MailboxItem.objects.count() == 2


def test_what_was_held_up_too_long_is_dropped_with_what_held_it_up(brand: Brand) -> None:
    member = willing()
    plan([member.pk], now=NIGHT, not_after=MORNING - timedelta(hours=1))
    dispatch(NIGHT)
    assert dispatch(MORNING).stale == 1
    send = Send.objects.get()
    assert (send.state, send.reason, send.detail) == ("dropped", "stale", "quiet_hours")
    assert Event.objects.get(name="message_dropped").properties["reason"] == "stale"
    assert not MailboxItem.objects.exists()


def test_a_changed_template_leaves_planned_messages_alone_and_a_withdrawn_one_stops_them(
    brand: Brand,
) -> None:
    first, second = willing(), willing()
    template = make_template(body="Old words")
    plan([first.pk], template_id=template)
    change_template(
        **words(), template_id=template, name="Renamed", subject="", body="New words", variables={}
    )
    dispatch()
    assert MailboxItem.objects.get().body.startswith("Old words")
    plan([second.pk], template_id=template)
    withdraw_template(**words(), template_id=template)
    dispatch()
    assert Send.objects.get(member=second).reason == "template_withdrawn"


def test_cancelled_campaigns_send_nothing_more(brand: Brand) -> None:
    member, campaign = willing(), new_id()
    plan([member.pk], campaign_id=campaign)
    assert cancel_sends(**words(), campaign_id=campaign).sends == 1
    dispatch()
    assert count_sends(campaign) == {"dropped": 1, "cancelled": 1, "total": 1}
    assert not MailboxItem.objects.exists()


def test_what_a_member_is_called_is_never_read_as_a_variable(brand: Brand) -> None:
    member = willing(name="{{ link }} {% debug %} <b>{{ brand }}</b>")
    plan([member.pk], template_id=make_template(body="Dear {{ name }}.", subject="x {{ name }}"))
    dispatch()
    item = MailboxItem.objects.get()
    assert item.body.startswith("Dear {{ link }} {% debug %} <b>{{ brand }}</b>.")
