"""Live sessions: booked once, reminded once, led into the room of the rules only, won by words that nobody can read ahead."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser
from qunying.activities.actions.announce_word import UnknownWord, WordAnnounced, announce_word
from qunying.activities.actions.approve_activity import approve_activity
from qunying.activities.actions.cancel_booking import BookingOver, UnknownBooking, cancel_booking
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.create_activity import create_activity
from qunying.activities.actions.enter_room import RoomClosed, enter_room
from qunying.activities.actions.open_activity import LaunchBlocked, open_activity
from qunying.activities.actions.remind_of_live_session import remind_of_live_session
from qunying.activities.actions.say_word import (
    NoWordOnAir,
    WordSaidBefore,
    WordTooLate,
    say_word,
)
from qunying.activities.actions.set_replay import BadReplay, set_replay
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.drafting import WrongActivityState
from qunying.activities.eligibility import ActivityNotOpen
from qunying.activities.kinds.live import AlreadyBooked, NotOnAir, words_of
from qunying.activities.models import Activity, Award, LiveAnswer, LiveBooking, Proof, State
from qunying.activities.queries.get_live_session import get_live_sales, get_live_session
from qunying.activities.queries.get_proof import rules_file
from qunying.activities.rules import BadSettings, instant_text
from qunying.activities.tests.make import DAY, SECOND, draft, make_activity, play, prize
from qunying.engines import verify_draw
from qunying.kernel import clock
from qunying.kernel.guessing import TooManyAttempts
from qunying.kernel.sealing import unseal
from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.actions.ask_about_data import ask_about_data
from qunying.members.actions.erase_member import erase_member
from qunying.members.actions.merge_members import merge_members
from qunying.members.queries.get_member import MemberErased
from qunying.members.tests.make import make_member, sign_in
from qunying.messages.models import Send
from qunying.rewards.actions.suspend_rewards import suspend_rewards
from qunying.rewards.suspending import RewardsSuspended
from qunying.shop.events import ORDER_PAID, ORDER_REFUNDED
from qunying.stream.record import NewEvent, record

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
START, END = NOW + timedelta(hours=2), NOW + timedelta(hours=4)
ROOM = "https://live.example.com/room/7"


def _members(count):
    return [make_member(now=NOW - DAY).id for _ in range(count)]


def _of(activity, member, action, *, now, **words):
    return run(action, now=now, activity_id=activity.id, member_id=member, **words)


def _enter(activity, member, now=START):
    return _of(activity, member, enter_room, now=now)


def _say(activity, member, word, now=START + 2 * MINUTE, **rest):
    return _of(activity, member, say_word, now=now, word=word, **rest)


def _announce(activity, word="w1", now=START + MINUTE):
    return run(announce_word, now=now, activity_id=activity.id, word=word)


def test_booked_once_cancelled_before_the_start_and_reminded_once():
    activity, (first, second) = make_activity("live"), _members(2)
    play(activity, first, choice="remind")
    play(activity, second)
    with pytest.raises(AlreadyBooked):
        play(activity, first)
    _of(activity, second, cancel_booking, now=NOW)
    with pytest.raises(UnknownBooking):
        _of(activity, second, cancel_booking, now=NOW)
    play(activity, second)  # and may come again
    with pytest.raises(BookingOver):
        _of(activity, second, cancel_booking, now=START)
    bookings = list(LiveBooking.objects.values_list("id", flat=True))
    for at, sent in ((START - 31 * MINUTE, 0), (START - 30 * MINUTE, 1), (START - MINUTE, 0), (START, 0)):
        told = [run(remind_of_live_session, now=at, booking_id=each) for each in bookings]
        assert told.count(True) == sent
    message = Send.objects.get()
    assert message.member_id == first
    assert f"/m/activities/{activity.id}/room/" in unseal(message.sealed_variables)


def test_ten_answers_a_minute_are_taken_and_a_repeated_one_is_no_new_one():
    activity, (guesser, other) = make_activity("live"), _members(2)
    _announce(activity)
    for _again in range(12):
        assert not _say(activity, guesser, "guess", command_id="the same").is_right
    for number in range(9):
        _say(activity, guesser, f"guess {number}")
    with pytest.raises(TooManyAttempts):
        _say(activity, guesser, "spring tea")
    assert _say(activity, other, "spring tea").is_right
    assert _say(activity, guesser, "spring tea", now=START + 4 * MINUTE).is_right


def test_the_room_is_that_of_the_rules_and_the_first_entry_is_noted():
    activity, (booked, walk_in) = make_activity("live"), _members(2)
    play(activity, booked)
    for at in (START - 16 * MINUTE, END):
        with pytest.raises(RoomClosed):
            _enter(activity, booked, at)
    assert [_enter(activity, booked, START - 15 * MINUTE + n * MINUTE).is_first for n in range(2)] == [
        True,
        False,
    ]
    run(suspend_rewards, now=NOW, member_id=walk_in, reference="case", until=START + MINUTE)
    with pytest.raises(RewardsSuspended):
        _enter(activity, walk_in)
    assert _enter(activity, walk_in, START + MINUTE).address == ROOM
    run(merge_members, kept_id=walk_in, merged_id=booked)
    run(ask_about_data, member_id=walk_in, kind="erasure", text="Please")
    run(erase_member, member_id=walk_in)
    for erased in (booked, walk_in):
        with pytest.raises(MemberErased):
            _enter(activity, erased, START + 2 * MINUTE)
    figures = get_live_session(activity)
    assert (figures.booked, figures.came, figures.came_booked) == (1, 1, 1)  # two ids of one person
    assert audit() == []


def test_a_word_wins_once_in_time_while_there_are_prizes():
    activity, members = make_activity("live"), _members(4)
    with pytest.raises(NotOnAir):
        _announce(activity, now=START - MINUTE)
    with pytest.raises(NoWordOnAir):  # right, but not announced: nobody learns that it is one
        _say(activity, members[0], "Spring Tea", START)
    assert _announce(activity).until == START + 11 * MINUTE
    with pytest.raises(WordAnnounced):
        _announce(activity)
    with pytest.raises(UnknownWord):
        _announce(activity, "w3")
    assert not _say(activity, members[0], "再见2026").is_right  # nor while another counts
    won = _say(activity, members[0], " ＳＰＲＩＮＧ　tea", command_id="once")
    assert (won.is_right, won.prize.name, won.prize.state) == (True, "Cup", "given")
    assert _say(activity, members[0], " ＳＰＲＩＮＧ　tea", command_id="once") == won
    run(merge_members, kept_id=members[0], merged_id=members[1])
    with pytest.raises(WordSaidBefore):
        _say(activity, members[1], "springtea")
    assert _say(activity, members[2], "springtea").prize.name == "Cup"
    assert _say(activity, members[3], "springtea") == won.__class__(is_right=True, word="w1", prize=None)
    with pytest.raises(WordTooLate):
        _say(activity, _members(1)[0], "springtea", START + 11 * MINUTE)
    welcome, thanks = get_live_session(activity).words
    assert (welcome.right, welcome.won, welcome.wrong, welcome.left) == (3, 2, 1, 0)
    assert (thanks.word, thanks.announced_at) == ("", None)
    assert audit() == []
    LiveAnswer.objects.filter(award__isnull=False).earliest("id").delete()
    assert {found.check for found in audit()} == {"watchwords_win_once"}


def test_words_are_sealed_promised_and_published_with_the_result():
    activity, (member,) = make_activity("live"), _members(1)
    shown = json.dumps([rules_file(activity), activity.settings], ensure_ascii=False)
    assert activity.commitment
    for word in words_of(activity).values():
        assert word not in shown
    _announce(activity)
    _say(activity, member, "spring tea")
    run(close_activity, now=NOW + DAY, activity_id=activity.id)
    for wrong in ("http://example.com/1", "/m/activities/", "https://a b", "javascript:1"):
        with pytest.raises(BadReplay):
            run(set_replay, now=NOW + DAY, activity_id=activity.id, address=wrong)
    run(settle_activity, now=NOW + DAY, activity_id=activity.id)
    bundle: Any = Proof.objects.get().bundle
    assert bundle["words"] == ["Spring Tea", "再见 2026"]
    noted = verify_draw.argparse.Namespace(  # type: ignore[attr-defined]
        commitment=activity.commitment, rules=activity.rules_hash, root="", entry=""
    )
    assert verify_draw.check(bundle, noted) == "2 watchwords, said 1 times"


@pytest.mark.parametrize(
    "settings",
    [
        {"ends_at": instant_text(START)},
        {"starts_at": "2026-13-01T00:00:00Z"},
        {"starts_at": "0001-01-01T00:00:00Z"},
        {"room": "http://live.example.com/"},
        {"room": "/m/offers/"},
        {"prizes": [prize("mug")]},
        {"prizes": [prize("cup", kind="chances"), prize("mug")]},
        {"words": [{"key": "w1", "title": "No word", "minutes": 1, "prize": "cup"}]},
        {
            "words": [
                {"key": key, "title": "Same", "minutes": 1, "prize": "cup", "word": word}
                for key, word in (("a", "Tea"), ("b", "ｔｅａ "))
            ]
        },
    ],
)
def test_what_is_no_live_session(settings):
    with pytest.raises(BadSettings):
        run(create_activity, draft=draft("live", settings=settings))


def test_it_opens_only_when_it_lasts_until_the_session_is_over():
    activity = make_activity("live", opened=False, closes_at=END - MINUTE)
    run(approve_activity, actor=SECOND, activity_id=activity.id)
    with pytest.raises(LaunchBlocked):
        run(open_activity, activity_id=activity.id)
    with pytest.raises(ActivityNotOpen):
        _enter(activity, _members(1)[0])
    with pytest.raises(WrongActivityState):
        run(set_replay, now=END, activity_id=activity.id, address="https://example.com/")


def test_orders_count_for_a_day_after_going_in_net_of_refunds():
    activity, (member, other) = make_activity("live"), _members(2)
    for each in (member, other):
        _enter(activity, each)
    order: dict[str, Any] = {
        "order_id": make_member().id,
        "currency": activity.currency,
        "received_at": START,
    }
    record(
        NewEvent(type=ORDER_PAID, member_id=member, occurred_at=START + MINUTE, amount_minor=900, **order),
        NewEvent(type=ORDER_REFUNDED, member_id=member, occurred_at=START + DAY, amount_minor=-200, **order),
        NewEvent(
            type=ORDER_PAID,
            member_id=other,
            occurred_at=START + DAY + MINUTE,
            amount_minor=500,
            **{**order, "order_id": member},
        ),
    )
    sales = get_live_sales(activity)
    assert (sales.came, sales.buyers, sales.orders, sales.sales_minor) == (2, 1, 1, 700)


@pytest.mark.django_db(transaction=True)
def test_at_once_ten_prizes_go_to_ten_and_a_member_wins_once(monkeypatch):
    ten = {"prizes": [prize("cup", count=10), prize("mug", count=5)]}
    activity, members = make_activity("live", settings=ten), _members(66)
    _announce(activity)
    found = race(lambda n: _say(activity, members[n], "spring tea"), 64)
    assert found == {"done": 64}
    assert Award.objects.count() == 10
    _announce(activity, "w2")
    mine = race(lambda _n: _say(activity, members[64], "再见2026"), 8, processes=4)
    assert mine == {"done": 1, "watchword_said_before": 7}
    assert audit() == []
    switch_off(monkeypatch, "activities.word_guard", "activities.word_checked", 0)
    twin = race(lambda _n: _say(activity, members[65], "再见2026"), 8, processes=4)
    assert twin == {"done": 1, "crashed: IntegrityError": 7}  # the last line holds what came through
    switch_off(monkeypatch, "ledger.pool_guard", "ledger.pool_checked", together=2)
    last = race(lambda n: _say(activity, members[n], "再见2026"), 2, processes=2)
    assert last["crashed: IntegrityError"] > 0


def test_from_the_form_to_the_replay(monkeypatch):
    now, browser, phone = clock.now(), make_browser(), Client()
    ahead = {"opens_at": -DAY, "closes_at": DAY, "starts_at": 5 * MINUTE, "ends_at": 20 * MINUTE}
    local = {name: instant_text(now + after) for name, after in ahead.items()}
    typed = {
        **local, "title": "Tea live", "about": "Come.", "organiser": "Us", "min_account_days": "0",
        "platform": "Douyin", "room": ROOM, "host": "Lin", "remind_minutes": "30", "room_minutes": "15",
        "title_1": "Welcome", "word_1": "Spring", "minutes_1": "10", "prize_1": "1",
        "prize-TOTAL_FORMS": "1", "prize-INITIAL_FORMS": "0", "prize-0-name": "Cup", "prize-0-kind": "points",
        "prize-0-amount": "10", "prize-0-count": "1",
    }  # fmt: skip
    browser.post("/console/activities/new/live/", typed)
    activity = Activity.objects.get()
    here, page = f"/console/activities/{activity.id}/", f"/m/activities/{activity.id}/"
    again = browser.get(f"{here}edit/").content.decode()
    assert "Spring" not in again
    assert "Spring" not in browser.get(here).content.decode()
    browser.post(f"{here}edit/", {**typed, "word_1": "", "prize-INITIAL_FORMS": "1"})
    for verb in ("approve", "open"):
        browser.post(f"{here}{verb}/")
    activity.refresh_from_db()
    assert (activity.state, words_of(activity)) == (State.OPEN, {"w1": "Spring"})
    sign_in(phone, make_member(now=now - 2 * DAY))
    assert phone.get(f"{page}room/", headers={"Sec-Purpose": "prefetch"}).status_code == 204
    assert not LiveBooking.objects.exists()
    assert phone.get(f"{page}room/").headers["Location"] == ROOM
    assert LiveBooking.objects.get().came_at is not None
    at = now + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: at)
    onlooker = make_browser(Role.ANALYST)
    assert f"{here}announce/" in browser.get(here).content.decode()
    assert f"{here}announce/" not in onlooker.get(here).content.decode()
    assert "Spring" in browser.post(f"{here}announce/", {"word": "w1"}, follow=True).content.decode()
    for word, count in (("Winter", 0), ("spring", 1)):
        assert phone.post(f"{page}word/", {"word": word}).status_code == 302
        assert Award.objects.count() == count
    for _guess in range(12):
        phone.post(f"{page}word/", {"word": "Winter"})
    assert LiveAnswer.objects.filter(is_right=False).count() < 10  # guesses are slowed down
    assert browser.get(f"{here}brought/").status_code == 200
    later = now + 25 * MINUTE
    monkeypatch.setattr(clock, "now", lambda: later)
    assert phone.get(f"{page}room/").status_code == 409
    assert f"{here}replay/" not in onlooker.get(here).content.decode()
    browser.post(f"{here}replay/", {"address": "https://example.com/replay"})
    assert phone.get(f"{page}room/").headers["Location"] == "https://example.com/replay"
    assert b"/room/" in phone.get(page).content
