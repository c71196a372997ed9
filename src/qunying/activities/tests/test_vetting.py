"""Wins that look like cheating are held until a person has decided; nothing of them is lost or given twice."""

import pytest

from qunying.activities.actions.cancel_right import cancel_right
from qunying.activities.actions.redeem_right import RightNotReserved, redeem_right
from qunying.activities.models import Award, Right
from qunying.activities.stock import levels_of
from qunying.activities.tests.make import DAY, goods, make_activity, play, prize
from qunying.kernel.actors import member_actor, system
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, points_of, run
from qunying.members.tests.make import make_member
from qunying.vetting.actions.appeal_case import appeal_case
from qunying.vetting.actions.decide_case import decide_case
from qunying.vetting.actions.judge_appeal import judge_appeal
from qunying.vetting.actions.note_mark import note_mark
from qunying.vetting.models import Case
from qunying.vetting.queries.list_cases import put_into_words

pytestmark = pytest.mark.django_db


def _pair(mark="device"):
    """Two accounts that one person seems to have."""
    pair = [make_member(now=NOW - DAY).id for _ in range(2)]
    for member in pair:
        run(note_mark, member_id=member, mark_kind=mark, value="room 4, 7 Tea Street")
    return pair


def _decide(case, *, release):
    run(decide_case, case_id=case.id, release=release, explanation="" if release else "Both are one person.")


def _appeal(case):
    actor = member_actor(case.member_id, "vetting.appeal_case")
    run(appeal_case, actor=actor, case_id=case.id, member_id=case.member_id, text="My sister.")
    run(judge_appeal, case_id=case.id, uphold=True, answer="Right.", actor=system("second"))


def test_a_second_prize_to_one_device_waits_for_a_person():
    wheel = make_activity("wheel", settings={"prizes": [prize(weight=1_000_000)], "fallback": ""})
    first, second = _pair()
    assert play(wheel, first).prizes[0].state == "given"
    assert play(wheel, second).prizes[0].state == "held"
    assert get_balance(points_of(second)) == 0
    case = Case.objects.get()
    (shown,) = put_into_words([case])
    assert case.reasons == ["same_device"]
    assert "Cup" in shown.about
    _decide(case, release=True)
    assert get_balance(points_of(second)) == 10
    assert Award.objects.filter(state="given").count() == 2
    assert audit() == []


def test_a_refused_share_of_a_packet_comes_back_on_appeal():
    packet = make_activity("red_packet", settings={"total_minor": 900, "shares": 4})
    first, second = _pair("payment")
    play(packet, first)
    play(packet, second)
    case = Case.objects.get()
    _decide(case, release=False)
    assert Award.objects.get(member=second).state == "refused"
    _appeal(case)
    assert Award.objects.get(member=second).state == "given"
    assert audit() == []


def test_a_held_right_keeps_its_unit_and_its_time():
    sale = make_activity("flash_sale", settings={"lines": [goods(units=2)]})
    first, second = _pair("address")
    play(sale, first)
    took = play(sale, second)
    right = Right.objects.get(participation=took.participation_id)
    assert (right.state, right.expires_at) == ("held", None)
    assert levels_of(sale)["unit_1"].left == 0
    with pytest.raises(RightNotReserved):
        run(redeem_right, right_id=right.pk, order_number="A-1")
    case = Case.objects.get()
    _decide(case, release=False)
    assert levels_of(sale)["unit_1"].left == 1
    _appeal(case)
    right.refresh_from_db()
    assert (right.state, right.ended_at) == ("reserved", None)
    assert levels_of(sale)["unit_1"].left == 0
    run(redeem_right, right_id=right.pk, order_number="A-1")
    assert audit() == []


def test_a_held_right_that_was_given_up_stays_given_up():
    sale = make_activity("flash_sale")
    first, second = _pair()
    play(sale, first)
    took = play(sale, second)
    run(cancel_right, right_id=took.right_id)
    _decide(Case.objects.get(), release=True)
    assert Right.objects.get(participation=took.participation_id).state == "cancelled"
    assert audit() == []


def test_places_of_one_person_in_a_team_are_held_when_it_forms():
    buy = make_activity("group_buy")
    honest = make_member(now=NOW - DAY).id
    first, second = _pair()
    team = str(play(buy, honest).team_id)
    play(buy, first, choice=team)
    assert not Case.objects.exists()  # nothing is won yet
    assert Right.objects.get(participation=play(buy, second, choice=team).participation_id).state == "held"
    assert dict(Right.objects.values_list("member", "state")) == {
        honest: "reserved",
        first: "held",
        second: "held",
    }
    assert audit() == []
    refused, released = Case.objects.order_by("id")
    _decide(refused, release=False)
    _decide(released, release=True)
    assert sorted(Right.objects.values_list("state", flat=True)) == ["refused", "reserved", "reserved"]
    assert audit() == []


def test_honest_members_and_kinds_that_staff_see_are_not_held():
    wheel = make_activity("wheel", settings={"prizes": [prize(weight=1_000_000)], "fallback": ""})
    member = make_member(now=NOW - DAY).id
    run(note_mark, member_id=member, mark_kind="network", value="203.0.113.9")
    assert play(wheel, member).prizes[0].state == "given"
    vote = make_activity("vote")
    for one in _pair():
        play(vote, one, choice="o1")
    assert not Case.objects.exists()
