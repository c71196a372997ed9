"""Check-ins: once a day of the brand's zone, streaks, made-up days, clocks that go wrong."""

from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_browser
from qunying.activities.actions.create_activity import create_activity
from qunying.activities.actions.make_up_day import (
    DayNotMissed,
    MakeUpsUsedUp,
    MakeUpTooDear,
    make_up_day,
)
from qunying.activities.drafting import WrongActivityState
from qunying.activities.kinds.check_in import AlreadyCheckedIn
from qunying.activities.limits import TurnsUsedUp
from qunying.activities.models import Activity, Award, CheckInDay
from qunying.activities.queries.get_streak import get_streak
from qunying.activities.rules import BadSettings
from qunying.activities.tests.make import DAY, draft, make_activity, play, prize
from qunying.kernel import clock
from qunying.kernel.actors import Forbidden, member_actor
from qunying.kernel.tests.racing import race
from qunying.ledger.accounts import POINTS, of_member
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import MemberSession
from qunying.members.tests.make import make_member, sign_in
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.origins import find_origins

pytestmark = pytest.mark.django_db
MONTH = 40 * DAY


def _check_in(**settings):
    return make_activity("check_in", closes_at=NOW + MONTH, claim_until=NOW + MONTH, settings=settings)


def _made_up(activity, member, ago, at):
    return run(make_up_day, now=at, activity_id=activity.id, member_id=member, day=(at - ago * DAY).date())


def test_days_in_a_row_bring_their_prizes_once():
    activity, member = _check_in(), make_member(now=NOW - DAY).id
    for day in range(8):
        took = play(activity, member, now=NOW + day * DAY)
        assert [p.name for p in took.prizes][1:] == {2: ["Three"], 6: ["Week"]}.get(day, [])
    assert get_balance(of_member(member, POINTS)) == 8 * 5 + 10 + 100
    streak = get_streak(activity, member, NOW + 7 * DAY)
    assert (streak.in_a_row, streak.longest, streak.next_mark) == (8, 8, None)
    assert get_streak(activity, member, NOW + 9 * DAY).in_a_row == 0
    assert audit() == []


def test_a_day_is_one_of_the_brands_zone_and_a_clock_that_goes_back_brings_none_back():
    activity, member = _check_in(), make_member(now=NOW - DAY).id
    midnight = clock.day_end(clock.local_day(NOW, "Asia/Shanghai"), "Asia/Shanghai")
    second, hour = timedelta(seconds=1), timedelta(hours=1)
    play(activity, member, now=midnight - second)
    with pytest.raises(TurnsUsedUp):
        play(activity, member, now=midnight - second)
    play(activity, member, now=midnight)
    for wrong in (midnight - hour, midnight + hour):
        with pytest.raises(TurnsUsedUp):
            play(activity, member, now=wrong)
    run(grant_points, member_id=member, amount=100, reason="gift")
    with pytest.raises(DayNotMissed):
        _made_up(activity, member, 0, midnight + hour)
    assert get_streak(activity, member, midnight).in_a_row == 2


def test_a_missed_day_is_made_up_within_limits_and_joins_the_streak():
    activity, member = _check_in(), make_member(now=NOW - DAY).id
    for day in (0, 1, 3, 4, 6):
        play(activity, member, now=NOW + day * DAY)
    now = NOW + 6 * DAY
    with pytest.raises(Forbidden):
        run(
            make_up_day,
            actor=member_actor(make_member().id, "activities.make_up_day"),
            activity_id=activity.id,
            member_id=member,
            day=(NOW + 2 * DAY).date(),
        )
    before = get_balance(of_member(member, POINTS))
    made = _made_up(activity, member, 4, now)
    assert (made.in_a_row, [p.name for p in made.prizes]) == (1, ["Three"])
    made = _made_up(activity, member, 1, now)
    assert (made.in_a_row, [p.name for p in made.prizes]) == (7, ["Week"])
    assert get_balance(of_member(member, POINTS)) == before - 16 + 110
    paid = [day.spend_id for day in CheckInDay.objects.filter(made_up=True) if day.spend_id]
    assert len(paid) == 2
    assert {source.key for source in find_origins([member], paid).values()} == {activity.id}
    for ago, problem in ((1, DayNotMissed), (0, DayNotMissed), (-1, DayNotMissed), (7, DayNotMissed)):
        with pytest.raises(problem):
            _made_up(activity, member, ago, now)
    play(activity, member, now=now + 2 * DAY)
    with pytest.raises(MakeUpsUsedUp):
        _made_up(activity, member, 1, now + 2 * DAY)
    assert CheckInDay.objects.filter(made_up=True).count() == 2
    assert audit() == []


def test_a_make_up_takes_what_the_member_has():
    dear = _check_in(make_up_cost="chance", prizes=[prize("more", kind="chances", amount=1)], marks=[2])
    member = make_member(now=NOW - DAY).id
    play(dear, member, now=NOW + DAY)
    with pytest.raises(MakeUpTooDear):
        _made_up(dear, member, 1, NOW + DAY)
    play(dear, member, now=NOW + 2 * DAY)  # two days in a row bring a chance
    with pytest.raises(AlreadyCheckedIn):  # which is not for a second time on one day
        play(dear, member, now=NOW + 2 * DAY)
    assert _made_up(dear, member, 2, NOW + 2 * DAY).in_a_row == 3
    poor = make_member(now=NOW - DAY).id
    with pytest.raises(MakeUpTooDear):
        _made_up(_check_in(make_up_points=9), poor, 1, NOW + DAY)
    with pytest.raises(WrongActivityState):
        _made_up(make_activity(), poor, 1, NOW + DAY)


def test_two_people_who_turn_out_to_be_one_have_each_day_once():
    activity = _check_in()
    one, two = (make_member(now=NOW - DAY).id for _ in range(2))
    for member, days in ((one, (0, 1)), (two, (1, 2))):
        for day in days:
            play(activity, member, now=NOW + day * DAY)
    run(merge_members, now=NOW, kept_id=one, merged_id=two)
    with pytest.raises(TurnsUsedUp):
        play(activity, one, now=NOW + 2 * DAY)
    took = play(activity, one, now=NOW + 3 * DAY)
    assert [p.name for p in took.prizes][1:] == ["Three"]
    assert get_streak(activity, one, NOW + 3 * DAY).in_a_row == 4


@pytest.mark.parametrize(
    "settings",
    [
        {"marks": [3]},
        {"marks": [7, 3]},
        {"marks": [0, 3]},
        {"cycle": 5},
        {"make_up_back": -1},
        {"daily_points": 0, "marks": [], "prizes": []},
    ],
)
def test_what_a_check_in_cannot_be(settings):
    with pytest.raises(BadSettings):
        run(create_activity, draft=draft("check_in", settings=settings))


@pytest.mark.django_db(transaction=True)
def test_at_once_a_day_counts_once_and_is_made_up_once():
    activity, member = _check_in(make_up_most=31), make_member(now=NOW - DAY).id
    run(grant_points, member_id=member, amount=100, reason="gift")
    later = NOW + DAY
    found = race(lambda n: play(activity, member, now=later) if n % 2 else _made_up(activity, member, 1, later), 12)  # fmt: skip
    assert found == {"done": 2, "turns_used_up": 5, "day_not_missed": 5}
    assert Counter(CheckInDay.objects.values_list("made_up", flat=True)) == {True: 1, False: 1}
    assert get_balance(of_member(member, POINTS)) == 100 - 8 + 5


def test_from_the_form_to_the_calendar():
    browser, today = make_browser(), clock.now()
    typed = {
        "title": "Every day", "about": "Once a day.", "organiser": "Us", "min_account_days": "0",
        "opens_at": (today - 4 * DAY).strftime("%Y-%m-%dT%H:%M:%S"),
        "closes_at": (today + 4 * DAY).strftime("%Y-%m-%dT%H:%M:%S"),
        "daily_points": "5", "marks": "2", "make_up_back": "3", "make_up_most": "1", "make_up_cost": "points",
        "make_up_points": "5", "prize-TOTAL_FORMS": "1", "prize-INITIAL_FORMS": "0",
        "prize-0-name": "Mug", "prize-0-kind": "goods", "prize-0-count": "9",
    }  # fmt: skip
    browser.post("/console/activities/new/check_in/", typed)
    activity = Activity.objects.get()
    assert (activity.per_member, activity.per_day, activity.settings["marks"]) == (None, 1, [2])
    here = f"/console/activities/{activity.id}/"
    assert 'value="2"' in browser.get(f"{here}edit/").content.decode()
    for verb in ("approve", "open"):
        browser.post(f"{here}{verb}/")
    member, phone, page = (
        make_member(now=today - DAY),
        Client(headers={"accept-language": "en"}),
        f"/m/activities/{activity.id}/",
    )
    assert phone.post(f"{page}make-up/", {"day": "2026-01-01"}).status_code == 302
    sign_in(phone, member)
    assert "Check in (+5 points)" in phone.get(page).content.decode()
    phone.post(page)
    yesterday = (clock.local_day(today, "Asia/Shanghai") - DAY).isoformat()
    session = MemberSession.objects.get()
    session.is_proved = False
    session.save()
    asked = phone.post(
        f"{page}make-up/", {"day": yesterday}
    )  # by the link of a message: they are asked for a code
    assert asked["Location"] == f"/m/sign-in/?next={page}"
    assert not CheckInDay.objects.filter(made_up=True).exists()
    session.is_proved = True
    session.save()
    for day in ("nonsense", yesterday):
        assert phone.post(f"{page}make-up/", {"day": day}).status_code == 302
    seen = phone.get(page).content.decode()
    assert "m-day-done" in seen
    assert "m-day-made" in seen
    assert "Come again tomorrow" in seen
    assert set(Award.objects.values_list("name", flat=True)) == {"Every day", "Mug"}
    assert browser.get(here).status_code == 200
