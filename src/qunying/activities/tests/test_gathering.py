"""Gatherings: places that are never too many, a waiting list that moves up, a door that lets each code in once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_browser
from qunying.activities.actions.admit_member import admit_member
from qunying.activities.actions.admit_walk_in import NoWalkIns, admit_walk_in
from qunying.activities.actions.approve_activity import approve_activity
from qunying.activities.actions.cancel_registration import (
    RegistrationOver,
    UnknownRegistration,
    cancel_registration,
)
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.create_activity import create_activity
from qunying.activities.actions.finish_gathering import finish_gathering
from qunying.activities.actions.open_activity import open_activity
from qunying.activities.actions.remind_of_gathering import remind_of_gathering
from qunying.activities.admitting import AlreadyAdmitted, DoorClosed, NotAdmitted
from qunying.activities.door_codes import door_token, find_by_code, find_by_token
from qunying.activities.doors.jobs import end_activities, remind_of_gatherings
from qunying.activities.drafting import WrongActivityState
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.gathering import AlreadyRegistered, Gathering, GatheringFull, NoPlaceLeft
from qunying.activities.models import Activity, Award, Registration
from qunying.activities.rules import BadSettings, instant_text, rules_hash
from qunying.activities.tests.make import CLOSE, DAY, SECOND, draft, make_activity, play
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.signed_links import BrokenLink, ExpiredLink, sign_link
from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member, sign_in
from qunying.messages.models import Send

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
START = CLOSE + 2 * HOUR


def _members(count):
    return [make_member(now=NOW - DAY).id for _ in range(count)]


def _of(member):
    return Registration.objects.filter(member_id=member).latest("registered_at")


def _cancel(activity, member, at=NOW):
    return run(
        cancel_registration,
        now=at,
        actor=member_actor(member, "activities.cancel_registration"),
        activity_id=activity.id,
        registration_id=_of(member).id,
    )


def _admit(activity, member, at=START):
    return run(admit_member, now=at, activity_id=activity.id, registration_id=_of(member).id)


def test_unless_somebody_says_otherwise_its_prizes_are_handed_out_until_it_is_over():
    activity = make_activity("gathering", claim_until=None)
    assert activity.claim_until == Gathering().read(activity).ends()
    assert activity.claim_until > activity.closes_at


def test_who_waits_moves_up_when_somebody_cancels():
    activity, members = make_activity("gathering"), _members(5)
    second = timedelta(seconds=1)
    states = [play(activity, member, now=NOW + n * second).landed for n, member in enumerate(members[:4])]
    assert states == ["registered", "registered", "waiting", "waiting"]
    with pytest.raises(GatheringFull):
        play(activity, members[4])
    with pytest.raises(AlreadyRegistered):
        play(activity, members[2])
    assert _cancel(activity, members[0]) == _of(members[2]).id
    assert (_of(members[2]).state, _of(members[2]).seat) == ("registered", _of(members[0]).seat)
    assert Send.objects.filter(member_id=members[2]).exists()
    assert _cancel(activity, members[3]) is None  # from the waiting list: nobody moves
    assert play(activity, members[0]).landed == "waiting"  # and may come again, behind the others
    with pytest.raises(RegistrationOver):
        _cancel(activity, members[1], at=START)
    with pytest.raises(UnknownRegistration):
        run(
            cancel_registration,
            actor=member_actor(members[4], "activities.cancel_registration"),
            activity_id=activity.id,
            registration_id=_of(members[1]).id,
        )
    assert audit() == []


def test_the_door_lets_in_once_and_the_rest_is_noted():
    activity, members = make_activity("gathering"), _members(3)
    for member in members:
        play(activity, member)
    run(close_activity, now=CLOSE, activity_id=activity.id)
    for wrong in (START - HOUR - timedelta(seconds=1), START + 2 * HOUR):  # a clock an hour off
        with pytest.raises(DoorClosed):
            _admit(activity, members[0], at=wrong)
    assert _admit(activity, members[0], at=START - HOUR).prize == "Mug"
    with pytest.raises(AlreadyAdmitted):
        _admit(activity, members[0])
    with pytest.raises(NotAdmitted):  # on the waiting list
        _admit(activity, members[2])
    with pytest.raises(UnknownRegistration):
        run(admit_member, now=START, activity_id=activity.id, registration_id=uuid4())
    with pytest.raises(WrongActivityState):
        run(finish_gathering, now=START, activity_id=activity.id)
    assert run(finish_gathering, now=START + 2 * HOUR, activity_id=activity.id) == 1
    assert [_of(member).state for member in members] == ["attended", "no_show", "cancelled"]
    assert Award.objects.get().member_id == members[0]
    assert audit() == []


def test_who_has_not_registered_comes_in_while_places_are_left():
    settings, (first, second, third) = {"walk_ins": True, "waiting": 1}, _members(3)
    activity = make_activity("gathering", closes_at=START + HOUR, settings=settings)

    def walk_in(member, at=START):
        return run(admit_walk_in, now=at, activity_id=activity.id, member_id=member)

    with pytest.raises(DoorClosed):
        walk_in(first, at=START - 2 * HOUR)
    assert walk_in(first).prize == "Mug"
    assert (_of(first).state, _of(first).seat) == ("attended", 1)
    with pytest.raises(AlreadyAdmitted):
        walk_in(first)
    play(activity, second, now=START)  # has registered and left the phone at home
    assert walk_in(second).registration_id == _of(second).pk
    with pytest.raises(NoPlaceLeft):
        walk_in(third)
    play(activity, third, now=START)
    with pytest.raises(NotAdmitted):  # on the waiting list
        walk_in(third)
    with pytest.raises(NoWalkIns):
        run(admit_walk_in, now=START, activity_id=make_activity("gathering").id, member_id=third)
    with pytest.raises(NoWalkIns):
        run(admit_walk_in, now=START, activity_id=make_activity().id, member_id=third)
    assert audit() == []


def test_rules_of_before_occasions_are_read_as_they_are():
    activity = make_activity("gathering", opened=False)
    old = {k: v for k, v in activity.settings.items() if k not in {"occasion", "guests", "walk_ins"}}
    Activity.objects.filter(pk=activity.pk).update(settings=old)
    run(approve_activity, actor=SECOND, activity_id=activity.id)
    run(open_activity, activity_id=activity.id)
    activity.refresh_from_db()
    assert activity.settings == old
    assert rules_hash(activity) == activity.rules_hash
    assert play(activity).landed == "registered"
    assert str(kind_of("gathering").title_of(activity)) == str(kind_of("gathering").title)
    assert audit() == []


def test_a_code_is_ours_for_this_door_and_this_time_only():
    activity, member = make_activity("gathering"), _members(1)[0]
    play(activity, member)
    token, own = door_token(_of(member)), _of(member)
    assert find_by_token(token, START).pk == own.pk
    assert find_by_code(activity, f"https://example.com/console/door/{token}/", START).pk == own.pk
    assert find_by_code(activity, own.code.lower(), START).pk == own.pk
    for place, sign in enumerate(token):
        flipped = token[:place] + chr(ord(sign) ^ 1) + token[place + 1 :]
        with pytest.raises(BrokenLink):
            find_by_token(flipped, START)
    with pytest.raises(ExpiredLink):
        find_by_token(token, START + 2 * HOUR)
    fields, ends = {"registration": str(own.pk)}, START + 2 * HOUR
    for forged in (
        sign_link("offer", fields, ends),
        sign_link("gathering_door", {"member": str(member)}, ends),
        sign_link("gathering_door", {"registration": "1"}, ends),
    ):
        with pytest.raises(BrokenLink):
            find_by_token(forged, START)
    with pytest.raises(UnknownRegistration):
        find_by_token(sign_link("gathering_door", {"registration": str(uuid4())}, ends), START)
    other = make_activity("gathering")
    for shown in (token, own.code, "22222222"):
        with pytest.raises(UnknownRegistration):
            find_by_code(other, shown, START)


def test_a_reminder_goes_once_to_who_asked_for_it():
    activity, members = make_activity("gathering"), _members(2)
    for member, choice in zip(members, ("remind", ""), strict=True):
        play(activity, member, choice=choice)
    day_before = START - DAY
    for at, expected in ((day_before - DAY, 0), (day_before, 1), (day_before + HOUR, 0)):
        sent = [run(remind_of_gathering, now=at, registration_id=_of(m).id) for m in members]
        assert sent.count(True) == expected
    assert [send.member_id for send in Send.objects.all()] == [members[0]]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_reminded_in_the_night(monkeypatch):
    activity, member = make_activity("gathering"), _members(1)[0]
    play(activity, member, choice="remind")
    day_before = clock.day_start(clock.local_day(START, "Asia/Shanghai"), "Asia/Shanghai") - DAY
    seen: dict[int, int] = {}
    for hour in range(24):
        monkeypatch.setattr(clock, "now", lambda at=day_before + (hour + 0.25) * HOUR: at)
        remind_of_gatherings()
        seen.setdefault(Send.objects.count(), hour)
    assert seen == {0: 0, 1: 9}


@pytest.mark.django_db(transaction=True)
def test_at_once_there_are_never_too_many_and_each_code_lets_in_once(monkeypatch):
    activity, members = make_activity("gathering", settings={"capacity": 3, "waiting": 3}), _members(12)
    found = race(lambda n: play(activity, members[n]), 12, processes=4)
    assert found == {"done": 6, "gathering_full": 6}
    inside = list(Registration.objects.filter(state="registered").values_list("member_id", flat=True))
    race(lambda n: _cancel(activity, inside[n]), 3, processes=3)
    assert Registration.objects.filter(state="registered").count() == 3
    assert not Registration.objects.filter(state="waiting").exists()
    assert audit() == []
    seat = Registration.objects.filter(state="registered").first()
    assert seat is not None
    assert race(lambda _n: _admit(activity, seat.member_id), 8, processes=4) == {
        "done": 1,
        "already_admitted": 7,
    }
    twin = Registration.objects.filter(state="registered").first()
    assert twin is not None
    switch_off(monkeypatch, "activities.door_guard", "activities.door_checked", together=8)
    assert race(lambda _n: _admit(activity, twin.member_id), 8, processes=4)["done"] > 1


@pytest.mark.parametrize(
    "settings",
    [
        {"ends_at": instant_text(START)},
        {"starts_at": "2026-13-01T00:00:00Z"},
        {"ends_at": "9999-12-31T23:59:59Z"},
        {"capacity": 0},
        {"place": " "},
    ],
)
def test_what_is_no_gathering(settings):
    with pytest.raises(BadSettings):
        run(create_activity, draft=draft("gathering", settings=settings))


def test_from_the_form_to_the_door():
    now, browser, phone = clock.now(), make_browser(), Client()
    form = "%Y-%m-%dT%H:%M:%S"
    typed = {
        "title": "Tasting", "about": "Come.", "organiser": "Us", "min_account_days": "0",
        "opens_at": (now - DAY).strftime(form), "closes_at": (now + DAY).strftime(form),
        "starts_at": (now + DAY).strftime(form), "ends_at": (now + 2 * DAY).strftime(form),
        "place": "Tea house", "capacity": "1", "waiting": "1", "door_minutes": "1440",
        "occasion": "street", "guests": "A tea master", "walk_ins": "on",
        "prize-TOTAL_FORMS": "0", "prize-INITIAL_FORMS": "0",
    }  # fmt: skip
    browser.post("/console/activities/new/gathering/", typed)
    activity = Activity.objects.get()
    here, page = f"/console/activities/{activity.id}/", f"/m/activities/{activity.id}/"
    for verb in ("edit", "approve", "open"):
        browser.post(f"{here}{verb}/", typed)
    first, second = (make_member(now=now - 2 * DAY) for _ in range(2))
    sign_in(phone, first)
    phone.post(page, {"remind": "yes"})
    assert _of(first.id).remind
    seen = phone.get(page).content.decode()
    assert "data:image/svg+xml" in seen
    assert "A tea master" in seen
    assert _of(first.id).code in seen
    sign_in(phone, second)
    phone.post(page)
    waits = phone.get(page).content.decode()
    assert "data:image/svg+xml" not in waits
    sign_in(phone, first)
    phone.post(f"{page}cancel/")
    assert _of(second.id).state == "registered"
    scanned = f"/console/door/{door_token(_of(second.id))}/"
    assert Client().get(scanned).status_code == 302  # staff only
    Activity.objects.filter(pk=activity.id).update(opens_at=now - 3 * DAY)
    assert browser.get(scanned).status_code == 200
    assert _of(second.id).state == "registered"  # looking lets nobody in
    browser.post(f"{here}admit/", {"code": _of(second.id).code})
    assert _of(second.id).state == "attended"
    assert browser.get(f"{here}registrations/").status_code == 200
    assert browser.get(f"{here}registrations/?format=csv").content.decode().count(str(second.id)) == 1
    assert phone.get(page).status_code == browser.get(here).status_code == 200


def test_a_walk_in_at_the_door_of_the_console():
    now, browser, member = clock.now(), make_browser(), make_member(identities=[("phone", "13812340009")])
    times = {"starts_at": instant_text(now), "ends_at": instant_text(now + DAY), "walk_ins": True}
    activity = make_activity("gathering", now=now, settings={**times, "occasion": "street"})
    here = f"/console/activities/{activity.id}/"
    assert "/walk-in/" in browser.get(f"{here}registrations/").content.decode()
    browser.post(f"{here}walk-in/", {"contact": "13900000000"})
    assert not Registration.objects.exists()
    browser.post(f"{here}walk-in/", {"contact": "138 1234 0009"})
    assert _of(member.id).state == "attended"
    assert "Street promotion" in browser.get(here).content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_job_ends_it():
    now = clock.now()
    times = {"starts_at": instant_text(now - 2 * HOUR), "ends_at": instant_text(now - HOUR)}
    activity = make_activity("gathering", now=now - DAY, closes_at=now - 2 * HOUR, settings=times)
    play(activity, now=now - DAY)
    end_activities()
    activity.refresh_from_db()
    assert (activity.state, Registration.objects.get().state) == ("settled", "no_show")
