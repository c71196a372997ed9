"""Replies, welcomes and notices: said once, at their time, through the community's channel."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client

from qunying.accounts.models import User
from qunying.accounts.tests.make import make_browser, make_staff
from qunying.communities.actions.answer_message import answer_message
from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.actions.post_notice import post_notice
from qunying.communities.actions.receive_messages import receive_messages
from qunying.communities.actions.save_notice import NoticeInvalid, NoticeNeverDue, NoticeText, save_notice
from qunying.communities.actions.save_reply_rule import ReplyRuleInvalid, save_reply_rule
from qunying.communities.actions.save_welcome import WelcomeTaken, save_welcome
from qunying.communities.actions.set_duty import DutyInvalid, set_duty
from qunying.communities.actions.welcome_newcomer import welcome_newcomer
from qunying.communities.inbound.incoming import IncomingMessage
from qunying.communities.models import Community, GroupMember, Message, Notice, NoticePosting
from qunying.communities.queries.get_on_duty import find_on_duty
from qunying.communities.queries.list_notices import list_due_notices, list_occurrences
from qunying.communities.queries.list_pinned import list_pinned
from qunying.communities.tests.make import make_community, take_over
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody, make_member, sign_in
from qunying.messages.actions.confirm_by_hand import NotByHand, confirm_by_hand
from qunying.messages.actions.dispatch_due import dispatch_due
from qunying.messages.built_in import MAILBOX_ID
from qunying.messages.models import MailboxItem, Send
from qunying.messages.queries.list_by_hand import count_by_hand, list_by_hand
from qunying.messages.rendering import UndeclaredVariable
from qunying.stream.events import EventType
from qunying.stream.models import Event
from qunying.stream.record import NewEvent, record
from qunying.stream.run_reactions import run_reactions, start_readers

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


def by() -> dict[str, Any]:
    return {"command_id": str(new_id()), "actor": anybody(), "now": NOW}


def say(community: Community, text: str, key: str = "", now: datetime = NOW, **more) -> Message:
    row = IncomingMessage(
        platform_message_id=key or str(new_id()),
        text=text,
        sent_at=now,
        author_id="u1",
        author_name="小王",
        **more,
    )
    receive_messages(
        command_id=str(new_id()), actor=anybody(), now=now, community_id=community.id, rows=[row]
    )
    return Message.objects.get(platform_message_id=row.platform_message_id)


def answer(message: Message, now: datetime = NOW):
    return answer_message(command_id=str(new_id()), actor=anybody(), now=now, message_id=message.id)


def dispatched(now: datetime = NOW) -> list[str]:
    """Dispatch, and return what lies in the mailbox or waits for a person."""
    dispatch_due(clock=lambda: now)
    return list(MailboxItem.objects.order_by("delivered_at", "pk").values_list("body", flat=True))


def test_the_first_fitting_rule_answers_and_cools_down() -> None:
    community = make_community()
    low = save_reply_rule(
        **by(),
        name="运费",
        pattern="运费|邮费",
        answer="{{ name }}，满99包邮",
        priority=20,
        cool_down_minutes=10,
    )
    save_reply_rule(**by(), name="all", pattern="邮费", answer="later", priority=30)
    first = answer(say(community, "邮费多少？"))
    assert first.rule_id == low
    assert answer(say(community, "运费呢")).send_id is None
    assert answer(say(community, "运费呢"), NOW + timedelta(minutes=10)).rule_id == low
    assert answer(say(make_community(), "运费呢")).rule_id == low
    assert answer(say(community, "别的")).rule_id is None


@pytest.mark.django_db(transaction=True)
def test_a_reply_is_posted_by_hand_where_there_is_no_channel() -> None:
    community = make_community()
    save_reply_rule(**by(), name="运费", pattern="运费", answer="{{ name }}，满99包邮")
    message = say(community, "运费多少")
    answer(message)
    answer(message, NOW + timedelta(hours=1))
    assert dispatched() == ["小王，满99包邮"]
    (item,) = list_by_hand()
    assert count_by_hand(NOW).waiting == 1
    assert not Event.objects.filter(name="community_posted")
    confirm_by_hand(**by(), send_ids=[item.send_id], outcome="sent")
    with pytest.raises(NotByHand):
        confirm_by_hand(**by(), send_ids=[item.send_id], outcome="not_sent")
    send = Send.objects.get()
    assert (send.state, send.reason, send.resolved_by) == ("sent", "sent_by_hand", anybody().key)
    assert Event.objects.filter(name="community_posted", community_id=community.id).count() == 1
    assert count_by_hand(NOW).sent == 1


@pytest.mark.django_db(transaction=True)
def test_what_nobody_posts_in_time_is_dropped() -> None:
    save_reply_rule(**by(), name="运费", pattern="运费", answer="包邮")
    answer(say(make_community(), "运费"))
    dispatched()
    dispatched(NOW + timedelta(minutes=16))
    assert Send.objects.get().reason == "stale"
    assert not list_by_hand()


def test_robots_admins_and_what_was_taken_back_get_no_answer() -> None:
    community = make_community()
    save_reply_rule(**by(), name="运费", pattern="运费", answer="包邮", cool_down_minutes=0)
    assert answer(say(community, "运费", from_robot=True)).send_id is None
    taken_back = say(community, "运费", "x")
    receive_messages(
        **by(),
        community_id=community.id,
        rows=[IncomingMessage(platform_message_id="x", change="deleted", changed_at=NOW)],
    )
    assert answer(taken_back).send_id is None
    other = make_community()
    take_over(other, RosterRow(platform_user_id="u1", role="admin", joined_at=NOW - timedelta(days=2)))
    assert answer(say(other, "运费")).send_id is None
    assert answer(say(community, "运费")).send_id is not None


@pytest.mark.django_db(transaction=True)
def test_messages_are_answered_once_and_history_never() -> None:
    community = make_community()
    save_reply_rule(**by(), name="运费", pattern="运费", answer="包邮", cool_down_minutes=0)
    start_readers(NOW)
    row = IncomingMessage(
        platform_message_id="old", text="运费", sent_at=NOW - timedelta(days=2), author_id="u2"
    )
    receive_messages(**by(), community_id=community.id, rows=[row])
    late = IncomingMessage(
        platform_message_id="late", text="运费", sent_at=NOW - timedelta(minutes=11), author_id="u2"
    )
    receive_messages(**by(), community_id=community.id, rows=[late])
    said = say(community, "运费")
    for _again in range(2):
        run_reactions(NOW)
    assert [send.step for send in Send.objects.all()] == [f"post:reply:{said.id}"]


def test_welcomes_by_source_and_together() -> None:
    community = make_community()
    save_welcome(**by(), text="欢迎来到{{ community }}")
    save_welcome(**by(), text="直播间的朋友好", source="直播间", community_id=community.id)
    with pytest.raises(WelcomeTaken):
        save_welcome(**by(), text="又一个", source="直播间", community_id=community.id)

    def join(source: str, now: datetime):
        return welcome_newcomer(
            command_id=str(new_id()), actor=anybody(), now=now, community_id=community.id, source=source
        )

    first, second = join("直播间", NOW), join("直播间", NOW + timedelta(minutes=2))
    assert (first.already, second.already) == (False, True)
    assert join("直播间", NOW + timedelta(minutes=6)).already is False
    other = join("包裹卡", NOW)
    assert other.send_id not in {None, first.send_id}
    assert Send.objects.get(pk=first.send_id).due_at == NOW + timedelta(minutes=5)


@pytest.mark.django_db(transaction=True)
def test_newcomers_are_greeted_by_name_where_they_are_not_gathered() -> None:
    community = make_community(channel_id=MAILBOX_ID)
    save_welcome(**by(), text="{{ name }}，欢迎", gather_minutes=0)
    start_readers(NOW)
    take_over(
        community,
        RosterRow(platform_user_id="a", joined_at=NOW),
        RosterRow(platform_user_id="b", joined_at=NOW - timedelta(days=3)),
    )
    run_reactions(NOW)
    assert len(dispatched()) == 1


def notice(**more) -> NoticeText:
    values: dict[str, Any] = {"kind": "benefit", "title": "周三福利", "text": "今天{{ on_duty }}值班", "rhythm": "weekly", "at": time(20), "weekdays": [2], "first_day": date(2026, 1, 1)}  # fmt: skip
    return NoticeText(**{**values, **more})


def test_a_weekly_notice_goes_out_on_its_day_and_once() -> None:
    make_community(channel_id=MAILBOX_ID)
    Community.objects.filter(pk=make_community().pk).update(state="closed")
    saved = save_notice(**by(), notice=notice())
    due = saved.next_at
    assert due is not None
    assert due.astimezone(ZONE).weekday() == 2
    assert due.astimezone(ZONE).hour == 20
    assert not list_due_notices(due - timedelta(seconds=1))
    now = due + timedelta(minutes=3)
    assert [one.pk for one in list_due_notices(now)] == [saved.notice_id]

    def post():
        return post_notice(
            command_id=str(new_id()), actor=anybody(), now=now, notice_id=saved.notice_id, due_at=due
        )

    assert post().planned == 1
    assert post().planned == 0
    assert Notice.objects.get().next_at == due + timedelta(days=7)
    assert Send.objects.get().purpose == "promotion"


def test_a_notice_that_was_missed_for_hours_is_not_sent_late() -> None:
    make_community()
    saved = save_notice(**by(), notice=notice())
    assert saved.next_at is not None
    now = saved.next_at + timedelta(hours=7)
    posted = post_notice(
        command_id=str(new_id()), actor=anybody(), now=now, notice_id=saved.notice_id, due_at=saved.next_at
    )
    assert (posted.planned, posted.next_at) == (0, saved.next_at + timedelta(days=7))
    assert not Send.objects.exists()


def test_notices_must_make_sense() -> None:
    wrongs: tuple[dict[str, Any], ...] = (
        {"weekdays": []},
        {"weekdays": [7]},
        {"kind": "x"},
        {"rhythm": "x"},
        {"last_day": date(2025, 1, 1)},
    )
    for wrong in wrongs:
        with pytest.raises(NoticeInvalid):
            save_notice(**by(), notice=notice(**wrong))
    with pytest.raises(NoticeNeverDue):
        save_notice(**by(), notice=notice(rhythm="once", first_day=date(2020, 1, 1)))
    with pytest.raises(UndeclaredVariable):
        save_notice(**by(), notice=notice(text="{{ lines }}"))
    with pytest.raises(ReplyRuleInvalid):
        save_reply_rule(**by(), name="x", pattern="好|*", answer="y")


def test_the_calendar_lists_every_time() -> None:
    save_notice(**by(), notice=notice())
    save_notice(
        **by(), notice=notice(rhythm="daily", title="每日好价", kind="offer", at=time(9), weekdays=[])
    )
    found = list_occurrences(list(Notice.objects.all()), date(2026, 2, 2), 7, "Asia/Shanghai")
    assert [one.notice.title for one in found].count("每日好价") == 7
    assert [one.notice.title for one in found].count("周三福利") == 1


def test_who_is_on_duty() -> None:
    def on_duty(community_id: UUID, day: date) -> User:
        duty = find_on_duty(community_id, day)
        assert duty is not None
        return duty.person

    community, everyday, special = make_community(), make_staff(), make_staff()
    wednesday = date(2026, 1, 7)
    set_duty(**by(), person_id=everyday.pk, weekday=2)
    assert on_duty(community.id, wednesday) == everyday
    set_duty(**by(), person_id=special.pk, day=wednesday)
    assert on_duty(community.id, wednesday) == special
    assert on_duty(community.id, wednesday + timedelta(days=7)) == everyday
    set_duty(**by(), person_id=None, day=wednesday)
    assert on_duty(community.id, wednesday) == everyday
    with pytest.raises(DutyInvalid):
        set_duty(**by(), person_id=everyday.pk)


def test_the_battle_report_masks_buyers() -> None:
    community, buyer = make_community(channel_id=MAILBOX_ID), make_member()
    take_over(
        community,
        RosterRow(
            platform_user_id="u9",
            nickname="王小明",
            joined_at=NOW - timedelta(days=30),
            identities={"email": "x"},
        ),
    )
    community.group_members.update(member=buyer)
    due = datetime(2026, 1, 20, 12, tzinfo=UTC)
    saved = save_notice(
        **by(), notice=notice(kind="report", title="战报", text="", rhythm="hourly", at=time(9), weekdays=[])
    )
    Notice.objects.update(next_at=due)
    paid = EventType.known["order_paid"]
    with transaction.atomic():
        for minutes, backfill in ((10, False), (40, False), (70, False), (20, True)):
            at = due - timedelta(minutes=minutes)
            record(
                NewEvent(
                    type=paid,
                    occurred_at=at,
                    received_at=at,
                    member_id=buyer.id,
                    quantity=2,
                    amount_minor=100,
                    currency="CNY",
                    backfill=backfill,
                    order_id=new_id(),
                )
            )
    posted = post_notice(
        command_id=str(new_id()), actor=anybody(), now=due, notice_id=saved.notice_id, due_at=due
    )
    assert posted.planned == 1
    from qunying.communities.service.battle_report import report_orders

    report = report_orders(community.id, due - timedelta(hours=1), due, "Asia/Shanghai")
    assert report is not None
    assert (report.orders, report.units, report.buyers) == (2, 4, 1)
    assert all("王**" in line and "小明" not in line for line in report.lines)
    assert posted.next_at is not None
    again = post_notice(
        command_id=str(new_id()),
        actor=anybody(),
        now=posted.next_at,
        notice_id=saved.notice_id,
        due_at=posted.next_at,
    )
    assert again.planned == 0
    assert set(NoticePosting.objects.values_list("outcome", flat=True)) == {"planned", "nothing"}


def test_pinned_notices_are_read_by_members_and_on_the_console() -> None:
    community, other, member = make_community("Tea friends"), make_community("Others"), make_member()
    GroupMember.objects.create(community=community, member=member, platform_user_id="u1", joined_at=NOW)
    today = local_day(clock.now(), "Asia/Shanghai")
    pinned = {"first_day": today, "is_pinned": True, "community_id": community.pk}
    save_notice(**by(), notice=notice(**pinned, kind="topic", title="Topic", text="Come to {{ community }}"))
    save_notice(**by(), notice=notice(first_day=today, is_pinned=True, title="Everywhere"))
    save_notice(**by(), notice=notice(**{**pinned, "community_id": other.pk}, title="Elsewhere"))
    save_notice(**by(), notice=notice(**{**pinned, "is_pinned": False}, title="Loose"))
    save_notice(**by(), notice=notice(**{**pinned, "first_day": today + timedelta(days=3)}, title="Later"))
    Notice.objects.filter(title="Topic").update(last_day=today)
    assert [one.title for one in list_pinned(community, clock.now())] == ["Topic", "Everywhere"]
    tomorrow = clock.now() + timedelta(days=1)
    assert [one.title for one in list_pinned(community, tomorrow)] == ["Everywhere"]
    browser = Client()
    sign_in(browser, member)
    shown = browser.get("/m/communities/").content.decode()
    assert "Come to Tea friends" in shown
    assert "Elsewhere" not in shown
    console = make_browser()
    text = console.get(f"/console/communities/{community.pk}/").content.decode()
    assert "Come to Tea friends" in text
    form = console.get(f"/console/communities/service/notices/new/?community={community.pk}&pinned=1")
    assert f'value="{community.pk}" selected' in form.content.decode()
