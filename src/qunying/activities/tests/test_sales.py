"""Flash sales and teams: rights to buy from taken to bought, cancelled or expired, and who gets one."""

import json
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest

from qunying.activities.actions.cancel_right import cancel_right
from qunying.activities.actions.change_activity import change_activity
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.create_activity import create_activity
from qunying.activities.actions.end_team import end_team
from qunying.activities.actions.expire_right import expire_right
from qunying.activities.actions.rank_window import WindowStillOpen, rank_window
from qunying.activities.actions.redeem_right import (
    RightExpired,
    RightNotReserved,
    RightUsed,
    redeem_right,
)
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.drafting import RulesAreFixed, WrongActivityState
from qunying.activities.eligibility import ActivityNotOpen
from qunying.activities.kinds.flash_sale import AlreadyEntered, BeingRanked
from qunying.activities.kinds.group_buy import AlreadyInTeam
from qunying.activities.kinds.kind import NothingLeft
from qunying.activities.limits import TurnsUsedUp, turns_left
from qunying.activities.models import Proof, Right, Team
from qunying.activities.queries.list_rights import UnknownRight, UnknownTeam, code_of, get_right_by_code
from qunying.activities.rules import BadSettings
from qunying.activities.stock import levels_of
from qunying.activities.teams import TeamNotOpen
from qunying.activities.tests.make import CLOSE, DAY, draft, goods, make_activity, play
from qunying.engines import verify_draw
from qunying.kernel.actors import member_actor
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.tests.make import make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def _member():
    return make_member(now=NOW - DAY).id


def _buy(activity, member=None, **rest):
    """Take part and return the right that came of it."""
    return Right.objects.get(participation=play(activity, member, **rest).participation_id)


def _left(activity):
    return {key: level.left for key, level in levels_of(activity).items()}


def test_a_right_is_confirmed_once_whatever_is_replayed():
    activity = make_activity("flash_sale")
    right = _buy(activity)
    assert (right.total_minor, right.expires_at) == (9_900, NOW + 15 * MINUTE)
    assert get_right_by_code(code_of(right).lower()) == right
    first = run(redeem_right, right_id=right.id, order_number="A-1")
    for instant in (NOW, NOW + DAY):  # the shop asks again, even after the time
        assert run(redeem_right, right_id=right.id, order_number="A-1", now=instant) == first
    with pytest.raises(RightUsed):
        run(redeem_right, right_id=right.id, order_number="A-2")
    with pytest.raises(RightNotReserved):
        run(cancel_right, right_id=right.id)
    assert run(expire_right, right_id=right.id, now=NOW + DAY) == "redeemed"
    names = Event.objects.filter(name__startswith="right_").values_list("name", flat=True)
    assert sorted(names) == ["right_redeemed", "right_taken"]
    assert audit() == []


def test_what_expires_or_is_cancelled_goes_to_the_next():
    activity = make_activity("flash_sale", settings={"lines": [goods(units=2)]})
    lapsed, given_up = (_buy(activity) for _ in range(2))
    with pytest.raises(NothingLeft):
        play(activity)
    assert run(expire_right, right_id=lapsed.id, now=NOW + 14 * MINUTE) == "reserved"
    with pytest.raises(RightExpired):  # nobody has swept it up yet
        run(redeem_right, right_id=lapsed.id, order_number="A-1", now=NOW + 15 * MINUTE)
    assert run(expire_right, right_id=lapsed.id, now=NOW + 15 * MINUTE) == "expired"
    with pytest.raises(RightExpired):  # a clock that goes back brings nothing back
        run(redeem_right, right_id=lapsed.id, order_number="A-1")
    for _ in range(2):
        assert run(cancel_right, right_id=given_up.id) == "cancelled"
    for _ in range(2):
        play(activity, now=NOW + MINUTE)
    with pytest.raises(NothingLeft):
        play(activity)
    serials = Right.objects.filter(state="reserved").values_list("units__serial", flat=True)
    assert sorted(serials) == [1, 2]  # the same units again
    assert audit() == []


def test_a_member_gives_up_only_what_is_theirs():
    activity, owner, other = make_activity("flash_sale"), _member(), _member()
    right_id = play(activity, owner).right_id
    with pytest.raises(UnknownRight):
        run(cancel_right, actor=member_actor(other, "activities.cancel_right"), right_id=right_id)
    run(cancel_right, actor=member_actor(owner, "activities.cancel_right"), right_id=right_id)
    with pytest.raises(TurnsUsedUp):  # it was their turn
        play(activity, owner)
    for text in ("", "x", "AAAAA-AAAAA-AAAA", "\0"):
        with pytest.raises(UnknownRight):
            get_right_by_code(text)


def test_lines_of_one_product_are_added_up():
    """Two and one free of five: the second right would need three where two are left, though each line fits."""
    bundle = [goods(quantity=2), goods(quantity=1, price_minor=0, units=0), goods("CUP", units=9)]
    activity = make_activity("flash_sale", settings={"lines": bundle})
    play(activity)
    with pytest.raises(NothingLeft):
        play(activity)
    assert _left(activity) == {"unit_1": 8, "unit_2": 2}  # nothing of the refused one is gone
    assert audit() == []


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("flash_sale", {"lines": []}),
        ("flash_sale", {"lines": [goods(quantity=0)]}),
        ("flash_sale", {"lines": [goods(quantity=-1)]}),
        ("flash_sale", {"lines": [goods(price_minor=12_901)]}),
        ("flash_sale", {"lines": [goods(quantity=6)]}),
        ("flash_sale", {"lines": [goods(stock_code="a b")]}),
        ("flash_sale", {"minutes": 60}),
        ("flash_sale", {"window_seconds": -1}),
        ("group_buy", {"lines": [goods(units=2)]}),
        ("group_buy", {"size": 1}),
    ],
)
def test_goods_that_make_no_sense(kind, settings):
    with pytest.raises(BadSettings):
        run(create_activity, draft=draft(kind, settings=settings))


def test_outside_of_its_time_and_when_the_rules_are_edited():
    activity = make_activity("flash_sale", opens_at=NOW + timedelta(hours=2))
    member = _member()
    for instant in (NOW + timedelta(hours=1), CLOSE):
        with pytest.raises(ActivityNotOpen):
            play(activity, member, now=instant)
    with pytest.raises(RulesAreFixed):
        run(change_activity, activity_id=activity.id, draft=draft("flash_sale"))
    took = play(activity, member, now=CLOSE - SECOND)
    run(close_activity, activity_id=activity.id, now=CLOSE)
    with pytest.raises(WrongActivityState):  # a right is still reserved
        run(settle_activity, activity_id=activity.id, now=CLOSE)
    run(redeem_right, right_id=took.right_id, order_number="A-1", now=CLOSE + MINUTE)
    run(settle_activity, activity_id=activity.id, now=CLOSE + MINUTE)
    assert audit() == []


def _fair(units=2, **changes):
    return make_activity(
        "flash_sale", settings={"lines": [goods(units=units)], "window_seconds": 10}, **changes
    )


def test_in_the_fair_window_everybody_is_ranked_and_anybody_can_check_it(tmp_path):
    activity, members = _fair(), [_member() for _ in range(6)]
    told = [play(activity, m, now=NOW + n * SECOND, choice=f"word {n}") for n, m in enumerate(members)]
    assert {took.right_id for took in told} == {None}
    with pytest.raises(TurnsUsedUp):
        play(activity, members[0], now=NOW + SECOND)
    with pytest.raises(WindowStillOpen):
        run(rank_window, activity_id=activity.id, now=NOW + 9 * SECOND)
    with pytest.raises(BeingRanked):
        play(activity, now=NOW + 10 * SECOND)
    ranked = run(rank_window, activity_id=activity.id, now=NOW + 10 * SECOND)
    assert (ranked.entries, ranked.winners) == (6, 2)
    assert run(rank_window, activity_id=activity.id, now=NOW + DAY) == ranked
    right = Right.objects.order_by("id")[0]
    assert (Right.objects.count(), right.expires_at) == (2, NOW + 15 * MINUTE + 10 * SECOND)
    with pytest.raises(NothingLeft):
        play(activity, now=NOW + 11 * SECOND)
    run(cancel_right, right_id=right.id, now=NOW + 12 * SECOND)
    loser = next(m for m in members if not Right.objects.filter(member=m).exists())
    assert turns_left(activity, loser, NOW) == 1
    assert play(activity, loser, now=NOW + MINUTE).right_id  # what came back is for the first again
    bundle = tmp_path / "bundle.json"
    bundle.write_text(json.dumps(Proof.objects.get().bundle))
    noted = ["--commitment", activity.commitment, "--rules", activity.rules_hash, "--entry", told[3].landed]
    command = [sys.executable, "-I", verify_draw.__file__, str(bundle), *noted]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.stdout.startswith("RIGHT"), done.stdout + done.stderr
    assert "2 winners" in done.stdout
    assert audit() == []


def test_what_is_left_after_the_window_goes_to_the_first_and_a_person_is_one_entry():
    activity, first, second = _fair(units=3, per_member=2), _member(), _member()
    play(activity, first)
    with pytest.raises(AlreadyEntered):
        play(activity, first, now=NOW + SECOND)
    play(activity, second)
    run(merge_members, kept_id=first, merged_id=second, now=NOW + SECOND)
    run(close_activity, activity_id=activity.id, now=CLOSE)  # the worker slept: the close ranks
    bundle = Proof.objects.get().bundle or {}
    assert [skip["reason"] for skip in bundle["skipped"]] in ([], ["merged"])
    assert Right.objects.count() == 1
    late = _fair(units=1)
    run(rank_window, activity_id=late.id, now=NOW + 10 * SECOND)
    assert play(late, now=NOW + 9 * SECOND).right_id  # also by a clock that is behind
    assert audit() == []


def test_a_team_forms_with_its_last_place():
    activity, members = make_activity("group_buy"), [_member() for _ in range(5)]
    opened = play(activity, members[0])
    assert Right.objects.get().state == "waiting"
    with pytest.raises(RightNotReserved):
        run(redeem_right, right_id=opened.right_id, order_number="A-1")
    with pytest.raises(UnknownTeam):
        play(activity, members[4], choice=str(uuid4()))
    with pytest.raises(UnknownTeam):
        play(activity, members[4], choice="x")
    play(activity, members[1], choice=str(opened.team_id))
    assert play(activity, members[2], choice=str(opened.team_id), now=NOW + MINUTE).team_id == opened.team_id
    assert set(Right.objects.values_list("state", "expires_at")) == {("reserved", NOW + 11 * MINUTE)}
    with pytest.raises(TeamNotOpen):
        play(activity, members[3], choice=str(opened.team_id))
    assert run(end_team, team_id=opened.team_id, now=NOW + DAY) == "formed"
    run(cancel_right, right_id=opened.right_id, now=NOW + MINUTE)
    assert Team.objects.get().state == "formed"  # who falls out later takes nothing from the others
    assert audit() == []


def test_a_team_that_is_not_full_in_time_lets_everybody_go():
    activity, first, second = make_activity("group_buy", per_member=2), _member(), _member()
    opened = play(activity, first)
    with pytest.raises(AlreadyInTeam):
        play(activity, first)
    play(activity, second, choice=str(opened.team_id))
    assert run(end_team, team_id=opened.team_id, now=NOW + 59 * MINUTE) == "open"
    with pytest.raises(TeamNotOpen):
        play(activity, choice=str(opened.team_id), now=NOW + 60 * MINUTE)
    for _ in range(2):
        assert run(end_team, team_id=opened.team_id, now=NOW + 60 * MINUTE) == "failed"
    assert set(Right.objects.values_list("state", flat=True)) == {"failed"}
    assert _left(activity) == {"unit_1": 10}
    assert turns_left(activity, first, NOW) == 2
    assert audit() == []


def test_a_turn_of_the_day_comes_back_on_that_day_alone():
    activity, member = make_activity("group_buy", per_member=None, per_day=1), _member()

    def leave(opened, now):
        run(cancel_right, now=now, right_id=opened.right_id)

    first = play(activity, member)
    leave(first, NOW)
    second = play(activity, member, now=NOW + MINUTE)
    with pytest.raises(TurnsUsedUp):
        play(activity, member, now=NOW + MINUTE)
    tomorrow = NOW + 20 * 60 * MINUTE  # 8 o'clock in Shanghai
    other = make_activity("group_buy", per_member=None, per_day=1, settings={"fill_minutes": 10_080})
    late = play(other, member)
    leave(second, NOW + 2 * MINUTE)
    leave(late, tomorrow)  # the turn of yesterday is none of today
    play(other, member, now=tomorrow)
    with pytest.raises(TurnsUsedUp):
        play(other, member, now=tomorrow)
    assert audit() == []


def test_who_got_nothing_in_the_window_may_still_buy_on_that_day():
    settings = {"window_seconds": 10, "lines": [goods(units=1)]}
    activity = make_activity("flash_sale", per_member=2, per_day=1, settings=settings)
    for member in (_member(), _member()):
        play(activity, member, choice=str(member))
    run(rank_window, activity_id=activity.id, now=NOW + 10 * SECOND)
    right = Right.objects.get()
    run(cancel_right, right_id=right.id, now=NOW + 11 * SECOND)
    (loser,) = activity.parts.filter(given="").values_list("member_id", flat=True)
    assert _buy(activity, loser, now=NOW + 12 * SECOND).state == "reserved"


def test_a_leader_who_leaves_frees_a_place_and_no_more():
    activity, leader, second = make_activity("group_buy"), _member(), _member()
    opened = play(activity, leader)
    joined = play(activity, second, choice=str(opened.team_id))
    run(cancel_right, actor=member_actor(leader, "activities.cancel_right"), right_id=opened.right_id)
    team = Team.objects.get()
    assert (team.state, team.held, team.leader_id) == ("open", 1, leader)
    assert play(activity, leader).team_id != team.id  # their turn came back
    run(cancel_right, right_id=joined.right_id)
    team.refresh_from_db()
    assert (team.state, team.held) == ("failed", 0)
    assert audit() == []
