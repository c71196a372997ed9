"""Two members who become one are one person at the door, in the line and among the chosen; who was erased holds nothing up."""

from datetime import timedelta
from uuid import UUID

import pytest

from qunying.activities.actions.admit_member import admit_member
from qunying.activities.actions.cancel_registration import cancel_registration
from qunying.activities.actions.choose_triers import choose_triers
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.draw_winners import draw_winners
from qunying.activities.actions.rank_window import rank_window
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.admitting import AlreadyAdmitted
from qunying.activities.models import Activity, Award, Participation, Proof, Registration, Right, Team
from qunying.activities.tests.make import CLOSE, DAY, goods, make_activity, play, prize
from qunying.engines.verify_draw import check_draw
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.actions.ask_about_data import ask_about_data
from qunying.members.actions.erase_member import erase_member
from qunying.members.actions.merge_members import merge_members
from qunying.members.tests.make import make_member
from qunying.rewards.actions.suspend_rewards import suspend_rewards
from qunying.stream.react import registry
from qunying.stream.run_reactions import run_reaction, start_readers

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
START = CLOSE + 2 * HOUR


def _members(count: int) -> list[UUID]:
    return [make_member(now=NOW - DAY).id for _ in range(count)]


def _erase(member: UUID) -> None:
    run(ask_about_data, member_id=member, kind="erasure", text="Please")
    run(erase_member, member_id=member)


def _places(activity: Activity, members: list[UUID]) -> list[str]:
    held = dict(Registration.objects.filter(activity=activity).values_list("member_id", "state"))
    return [held[member] for member in members]


def _of(member: UUID) -> Registration:
    return Registration.objects.get(member_id=member)


def _line(capacity: int, waiting: int) -> tuple[Activity, list[UUID]]:
    """Return a gathering with everybody on its list, in their order."""
    activity = make_activity("gathering", settings={"capacity": capacity, "waiting": waiting})
    members = _members(capacity + waiting)
    for number, member in enumerate(members):
        play(activity, member, now=NOW + number * SECOND)
    return activity, members


def test_a_person_with_two_codes_comes_in_once_and_gets_one_prize():
    activity = make_activity("gathering", settings={"prizes": [prize("mug", count=5)]})
    first, second = _members(2)
    for member in (first, second):
        play(activity, member)
    run(merge_members, kept_id=first, merged_id=second)
    run(admit_member, now=START, activity_id=activity.id, registration_id=_of(second).id)
    with pytest.raises(AlreadyAdmitted):
        run(admit_member, now=START, activity_id=activity.id, registration_id=_of(first).id)
    assert Award.objects.count() == 1
    assert audit() == []


def test_a_place_goes_to_the_first_who_may_come_and_has_none():
    activity, members = _line(2, 5)
    seated, leaves, twin, erased, barred, alias, honest = members
    run(merge_members, kept_id=seated, merged_id=twin)
    run(merge_members, kept_id=barred, merged_id=alias)
    run(suspend_rewards, member_id=barred, reference="case", until=None)
    _erase(erased)
    gone = _of(leaves).id
    moved_up = run(cancel_registration, now=NOW + HOUR, activity_id=activity.id, registration_id=gone)
    assert moved_up == _of(honest).id
    assert _places(activity, members) == ["registered", "cancelled", *["waiting"] * 4, "registered"]
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_what_an_erased_member_held_goes_to_others():
    start_readers(NOW)
    activity, members = _line(1, 2)
    team = make_activity("group_buy")
    opened = play(team, members[0])
    play(team, members[1], choice=str(opened.team_id))
    sale = make_activity("flash_sale", settings={"lines": [goods(units=1)]})
    play(sale, members[0])
    _erase(members[0])
    run_reaction(registry["activities.let_places_go"], NOW)
    assert _places(activity, members) == ["cancelled", "registered", "waiting"]
    assert Team.objects.get().held == 1
    assert set(Right.objects.filter(member_id=members[0]).values_list("state", flat=True)) == {"cancelled"}
    assert play(sale, members[2]).right_id
    assert audit() == []


def test_who_was_erased_wins_no_draw():
    activity = make_activity("draw", settings={"prizes": [prize("gold", count=1)], "alternates": 0})
    erased, other = _members(2)
    play(activity, erased)
    _erase(erased)
    play(activity, other)
    run(close_activity, now=CLOSE, activity_id=activity.id)
    run(
        draw_winners,
        now=CLOSE + 2 * HOUR,
        activity_id=activity.id,
        source="national lottery",
        value="07 11",
    )
    closing, bundle = Proof.objects.values_list("closing", "bundle").get()
    assert Award.objects.get().member_id == other
    assert list((closing or {})["excluded"].values()) == ["erased"]
    assert check_draw(bundle or {})


def test_in_the_fair_window_a_person_is_looked_at_under_all_of_their_ids():
    activity = make_activity("flash_sale", settings={"window_seconds": 10, "lines": [goods(units=3)]})
    barred, alias, erased = members = _members(3)
    for member in members[1:]:
        play(activity, member, choice=str(member))
    run(merge_members, kept_id=barred, merged_id=alias)
    run(suspend_rewards, member_id=barred, reference="case", until=None)
    _erase(erased)
    assert run(rank_window, now=NOW + 10 * SECOND, activity_id=activity.id).winners == 0
    closing = Proof.objects.values_list("closing", flat=True).get() or {}
    assert sorted(closing["excluded"].values()) == ["erased", "suspended"]


def test_who_applied_twice_before_two_members_became_one_gets_one_product():
    activity = make_activity("trial", settings={"places": 3})
    first, second, other = _members(3)
    applied = [play(activity, member, choice="I like tea").participation_id for member in (first, second)]
    play(activity, other, choice="Me too")
    run(merge_members, kept_id=first, merged_id=second)
    assert run(choose_triers, activity_id=activity.id, applications=applied) == 1
    assert Award.objects.get().member_id == first
    last = Participation.objects.get(activity=activity, given="").id
    assert run(choose_triers, activity_id=activity.id, applications=[*applied, last]) == 1
    run(close_activity, now=CLOSE, activity_id=activity.id)
    run(settle_activity, now=CLOSE, activity_id=activity.id)  # nobody is left to be chosen
    assert audit() == []
