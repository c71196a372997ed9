"""Turns that points buy: the free ones first, then chances, then points; each paid as it is taken."""

import pytest
from django.test import Client
from django.utils.translation import override

from qunying.accounts.tests.make import make_browser
from qunying.activities.actions.create_activity import create_activity
from qunying.activities.checklist import check_launch
from qunying.activities.drafting import BadActivityLimits
from qunying.activities.kinds.kind import NothingLeft
from qunying.activities.limits import TurnsUsedUp, turns_left
from qunying.activities.models import Participation, Turns
from qunying.activities.queries.foresee_activity import foresee_activity
from qunying.activities.queries.watch_activity import watch_activity
from qunying.activities.rules import BadSettings
from qunying.activities.tests.make import DAY, draft, make_activity, play, prize
from qunying.activities.turns_for_points import TooFewPoints, TurnCostsOther, offer_turn
from qunying.kernel import clock
from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.accounts import POINTS, of_member
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.tests.make import make_member, sign_in
from qunying.rewards.actions.grant_points import grant_points

pytestmark = pytest.mark.django_db
FOR_POINTS = {"turn_points": 20, "most_bought": 2}
AGAIN = prize("again", kind="chances", amount=1, count=1, weight=1_000_000)


def _member(points, *, now=NOW):
    member = make_member(now=now - DAY)
    if points:
        run(grant_points, now=now, member_id=member.id, amount=points, reason="welcome")
    return member.id


def _points(member_id):
    return get_balance(of_member(member_id, POINTS))


def _offer(activity, member_id):
    offer = offer_turn(activity, member_id)
    assert offer is not None
    return offer


def _wheel(**changes):
    settings = {"prizes": [AGAIN], "fallback": "", **FOR_POINTS, **changes.pop("settings", {})}
    return make_activity(settings=settings, **changes)


def test_free_turns_then_chances_then_points():
    activity, member = _wheel(per_member=3, per_day=1, closes_at=NOW + 3 * DAY), _member(65)
    play(activity, member, pay_points=20)  # free, and wins a chance
    play(activity, member, pay_points=20)  # the chance
    assert _points(member) == 65
    with pytest.raises(TurnsUsedUp):
        play(activity, member)
    with pytest.raises(TurnCostsOther):
        play(activity, member, pay_points=19)
    for _ in range(2):  # sent again: one turn, one payment
        paid = play(activity, member, pay_points=20, command_id="third turn")
    assert (paid.number, _points(member), Turns.objects.get().bought) == (3, 45, 1)
    play(
        activity, member, now=NOW + DAY, pay_points=20
    )  # a new day's free turn is not eaten by one that was paid
    play(activity, member, now=NOW + DAY, pay_points=20)
    play(activity, member, now=NOW + 2 * DAY, pay_points=20)  # nor is the third, by the chance or by points
    with pytest.raises(TurnsUsedUp):  # enough points, but as many bought as allowed
        play(activity, member, now=NOW + 2 * DAY, pay_points=20)
    assert (_points(member), _offer(activity, member).may_buy) == (25, False)
    watched = watch_activity(activity)
    assert (watched.times, watched.turns_sold, watched.points_paid) == (6, 2, 40)
    assert audit() == []
    Turns.objects.update(bought=1)
    assert {found.check for found in audit()} == {"bought_turns_are_paid"}


def test_what_refuses_leaves_the_points_alone():
    activity = _wheel(per_member=0, settings={"prizes": [prize(count=1)], "plays": 1})
    poor, rich = _member(19), _member(50)
    with pytest.raises(TooFewPoints):
        play(activity, poor, pay_points=20)
    assert (_points(poor), _offer(activity, poor).missing, Turns.objects.count()) == (19, 1, 0)
    play(activity, rich, pay_points=20)
    with pytest.raises(NothingLeft):
        play(activity, rich, pay_points=20)
    assert (_points(rich), _offer(activity, rich).left) == (50 - 20 + 10, 1)
    assert audit() == []


def test_a_turn_of_who_was_merged_counts_as_theirs():
    activity, member, other = _wheel(per_member=0, settings={"prizes": [prize()]}), _member(20), _member(60)
    play(activity, other, pay_points=20)
    run(merge_members, kept_id=member, merged_id=other)
    assert (_offer(activity, member).left, turns_left(activity, member, NOW)) == (1, 0)
    assert play(activity, member, pay_points=20).number == 2
    with pytest.raises(TurnsUsedUp):
        play(activity, member, pay_points=20)
    assert audit() == []


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (BadActivityLimits, {"per_member": 0}),
        (BadSettings, {"settings": {"turn_points": 20}}),
        (BadSettings, {"settings": {**FOR_POINTS, "prizes": [prize(kind="money")]}}),
    ],
)
@pytest.mark.parametrize("kind", ["wheel", "draw"])
def test_rules_that_cannot_be(kind, refusal, changes):
    with pytest.raises(refusal):
        run(create_activity, draft=draft(kind, **changes))


def test_before_it_opens():
    """Rules, checklist and simulation say what a turn costs and how many are sold."""
    activity = make_activity("draw", opened=False, per_member=0, settings=FOR_POINTS)
    with override("en"):
        found = {item.key: (item.ok, item.found) for item in check_launch(activity, NOW)}
    assert found["limits"] == (True, "no turn is free")
    assert found["turns_for_points"] == (True, "20 points a turn, at most 2 per member")
    wheel = make_activity(opened=False, per_member=1, settings=FOR_POINTS)
    turns = foresee_activity(wheel, per_hour=10, turns=9, now=NOW).outcome.turns.mean
    assert turns == pytest.approx(10 * 3 * 24, rel=0.02)  # one is free, two are bought


def test_a_member_pays_on_the_page_and_reads_what_for():
    now = clock.now()
    sure = prize("car", kind="goods", amount=1, weight=1_000_000)
    activity, browser, phone = (
        _wheel(now=now, per_member=0, settings={"prizes": [sure]}),
        make_browser(),
        Client(),
    )
    phone.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    member = make_member(now=now - DAY)
    run(grant_points, now=now, member_id=member.id, amount=30, reason="welcome")
    session, page = sign_in(phone, member), f"/m/activities/{activity.id}/"
    assert "Turn the wheel (20 points)" in phone.get(page).content.decode()
    session.is_proved = False
    session.save()
    unproved = phone.post(page, {"pay_points": "20"})  # by the link of a message: they are asked for a code
    session.is_proved = True
    session.save()
    assert (unproved.status_code, Participation.objects.count()) == (302, 0)
    assert phone.post(page, {"choice": "luck", "pay_points": "20"}).status_code == 302
    told = phone.get(page).content.decode()
    assert "10 points are missing for a turn." in told
    assert f'<a href="{page}">A wheel</a>' in phone.get("/m/points/").content.decode()
    statement = browser.get(f"/console/statements/{member.id}/?kind=points").content.decode()
    assert f'<a href="/console/activities/{activity.id}/">A wheel</a>' in statement
    assert "for 20 points" in browser.get(f"/console/activities/{activity.id}/").content.decode()


def _race_of_a_buyer(times):
    activity = _wheel(per_member=0, settings={"prizes": [prize()], "most_bought": 4, "turn_points": 1})
    member = _member(100)
    return activity, race(lambda _n: play(activity, member, pay_points=1), times)


@pytest.mark.parametrize("times", [16, pytest.param(64, marks=pytest.mark.full)])
@pytest.mark.django_db(transaction=True)
def test_no_more_are_bought_than_allowed(times):
    activity, outcomes = _race_of_a_buyer(times)
    assert outcomes == {"done": 4, "turns_used_up": times - 4}
    assert watch_activity(activity).turns_sold == 4
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_more_are_bought_than_allowed_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "activities.bought_guard", "activities.bought_checked")
    _activity, outcomes = _race_of_a_buyer(16)
    assert outcomes["done"] > 4
    assert "bought_turns_are_paid" in {found.check for found in audit()}
