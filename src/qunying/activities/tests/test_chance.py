"""Lottery and red packet: what was promised is what happened, checked by the script that ships with the result."""

import argparse
from collections import Counter
from datetime import timedelta

import pytest

from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.draw_winners import TooEarlyToDraw, UnknownSource, draw_winners
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.drafting import WrongActivityState
from qunying.activities.kinds.draw import entries_of
from qunying.activities.kinds.kind import NothingLeft
from qunying.activities.models import Award, Participation, Proof
from qunying.activities.purse import purse_of
from qunying.activities.tests.make import CLOSE, DAY, make_activity, play, prize
from qunying.engines.public_draw import inclusion_proof, is_included
from qunying.engines.verify_draw import check
from qunying.ledger.accounts import of_member
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.tests.make import NOW, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import Member
from qunying.members.tests.make import make_member
from qunying.rewards.tests.make import make_budget

pytestmark = pytest.mark.django_db
LATER = CLOSE + timedelta(hours=2)


def _check(activity):
    """The published bundle, found right against the promise that was shown before."""
    bundle = Proof.objects.get(activity=activity).bundle
    noted = argparse.Namespace(commitment=activity.commitment, rules=activity.rules_hash, root="", entry="")
    check(bundle, noted)
    return bundle


def _end(activity):
    run(close_activity, now=CLOSE, activity_id=activity.id)
    return run(settle_activity, now=CLOSE, activity_id=activity.id)


def test_a_wheel_whose_prizes_run_out_gives_the_published_substitute():
    prizes = [
        prize("car", kind="goods", amount=1, count=1, weight=600_000),
        prize("cup", count=3, weight=200_000),
    ]
    activity = make_activity(settings={"prizes": prizes, "fallback": "cup"})
    told = [play(activity, choice=f"word {n}") for n in range(12)]
    assert [one.serial for one in told] == list(range(1, 13))
    given = Counter(Participation.objects.values_list("given", flat=True))
    assert (given["car"], given["cup"]) == (1, 3)
    assert Counter(Award.objects.values_list("state", flat=True)) == {"queued": 1, "given": 3}
    _end(activity)
    assert len(_check(activity)["plays"]) == 12
    assert audit() == []


def test_a_deck_of_plays_gives_every_prize_and_then_nothing():
    prizes = [prize("cup", count=2), prize("car", kind="goods", amount=1, count=1)]
    activity = make_activity(settings={"prizes": prizes, "fallback": "", "plays": 6})
    for _ in range(6):
        play(activity)
    with pytest.raises(NothingLeft):
        play(activity)
    assert Counter(Participation.objects.values_list("given", flat=True)) == {"cup": 2, "car": 1, "": 3}
    _end(activity)
    _check(activity)


def test_a_red_packet_pays_what_was_sealed_and_gives_the_rest_back():
    campaign = make_budget(5_000)
    activity = make_activity("red_packet", campaign_id=campaign)
    assert get_budget(campaign).free == 4_000
    members = [make_member(now=NOW - DAY).id for _ in range(4)]
    amounts = [play(activity, member).prizes[0].amount for member in members]
    assert [get_balance(of_member(member, "cny")) for member in members] == amounts
    assert get_balance(purse_of(activity)) == 1_000 - sum(amounts)
    assert _end(activity).given_back_minor == 1_000 - sum(amounts)
    assert get_budget(campaign).free == 5_000 - sum(amounts)
    bundle = _check(activity)
    assert [row["card"] for row in bundle["opened"]] == amounts
    assert sum(bundle["deck"]) == 1_000
    assert audit() == []


def _drawn(**changes):
    activity = make_activity("draw", per_member=2, **changes)
    members = [make_member(now=NOW - DAY).id for _ in range(8)]
    for member in members:
        for _ in range(2):
            play(activity, member)
    return activity, members


def test_a_draw_from_tickets_to_winners():
    activity, members = _drawn()
    Member.objects.filter(pk=members[0]).update(is_staff=True)  # hired meanwhile
    with pytest.raises(WrongActivityState):
        run(draw_winners, now=LATER, activity_id=activity.id, source="national lottery", value="1 2 3")
    root = run(close_activity, now=CLOSE, activity_id=activity.id)
    with pytest.raises(TooEarlyToDraw):
        run(draw_winners, now=CLOSE, activity_id=activity.id, source="national lottery", value="1 2 3")
    with pytest.raises(UnknownSource):
        run(draw_winners, now=LATER, activity_id=activity.id, source="my dice", value="1 2 3")
    with pytest.raises(WrongActivityState):
        run(settle_activity, now=LATER, activity_id=activity.id)
    drawn = run(draw_winners, now=LATER, activity_id=activity.id, source="national lottery", value="1 2 3")
    assert (drawn.entries, drawn.winners) == (16, 3)
    bundle = _check(activity)
    entries = bundle["entries"]
    proof = inclusion_proof(entries, 5)
    assert is_included(entries[5], 5, len(entries), proof, root)
    won = Award.objects.values_list("member_id", "prize", "state")
    assert len({member for member, _prize, _state in won}) == 3
    assert members[0] not in {member for member, _prize, _state in won}
    assert Counter((prize, state) for _m, prize, state in won) == {
        ("gold", "queued"): 1,
        ("cup", "given"): 2,
    }
    assert audit() == []
    with pytest.raises(WrongActivityState):
        run(draw_winners, now=LATER, activity_id=activity.id, source="national lottery", value="4 5 6")


def test_tickets_of_members_who_became_one_are_counted_through():
    activity, members = _drawn()
    run(merge_members, now=NOW, kept_id=members[0], merged_id=members[1])
    entries = entries_of(activity)
    assert len(entries) == 16
    assert Counter(entries.values())[members[0]] == 4
    run(close_activity, now=CLOSE, activity_id=activity.id)
    run(merge_members, now=CLOSE, kept_id=members[2], merged_id=members[3])  # too late to change the tickets
    run(draw_winners, now=LATER, activity_id=activity.id, source="index close", value="3210.98")
    _check(activity)
    assert members[3] not in Award.objects.values_list("member_id", flat=True)


def test_a_draw_without_tickets():
    activity = make_activity("draw")
    run(close_activity, now=CLOSE, activity_id=activity.id)
    drawn = run(draw_winners, now=LATER, activity_id=activity.id, source="index close", value="1")
    assert (drawn.entries, drawn.winners) == (0, 0)
    _check(activity)
