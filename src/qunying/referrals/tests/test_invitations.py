"""Bringing friends: bound once, in no circle, rewarded when the order has settled, taken back when it went back."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from qunying.accounts.actions.create_key import make_key
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_staff
from qunying.kernel.actors import Actor, member_actor
from qunying.kernel.problems import Problem
from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, points_of, run, spend
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import Member
from qunying.members.tests.make import make_member
from qunying.referrals.actions.accept_invitation import accept_invitation
from qunying.referrals.actions.give_reward import give_reward
from qunying.referrals.actions.lapse_invitations import lapse_invitations
from qunying.referrals.actions.make_code import make_code
from qunying.referrals.actions.note_return import note_return
from qunying.referrals.actions.open_programme import open_programme
from qunying.referrals.actions.write_programme import write_programme
from qunying.referrals.following import find_orders, find_returns
from qunying.referrals.models import Bond, Reward
from qunying.referrals.tests.make import DAY, LATER, bring, make_programme, order, promise, settle
from qunying.rewards.tests.make import make_template
from qunying.shop.models import OrderLine
from qunying.shop.tests.make import make_order, make_refund
from qunying.stream.models import Event
from qunying.vetting.actions.appeal_case import appeal_case
from qunying.vetting.actions.decide_case import decide_case
from qunying.vetting.actions.judge_appeal import judge_appeal
from qunying.vetting.actions.note_mark import note_mark
from qunying.vetting.models import Case, Mark

pytestmark = pytest.mark.django_db


def refused(code: str, *members: UUID) -> None:
    with pytest.raises(Problem) as caught:
        bring(*members)
    assert caught.value.code == code


def points(member_id: UUID) -> int:
    return get_balance(points_of(member_id))


def test_both_sides_are_rewarded_when_the_order_has_settled() -> None:
    template = make_template(audience="targeted")
    make_programme(invited_template_id=template)
    inviter = make_member().id
    bond = bring(inviter)
    order(bond, 4_999)
    assert settle(bond).state == "waiting"  # too small: the next one may count
    order(bond)
    assert settle(bond, now=NOW + 6 * DAY).state == "held"
    assert points(inviter) == 0
    assert settle(bond).state == settle(bond).state == "rewarded"
    assert (points(inviter), points(bond.invited_id)) == (100, 50)
    assert {(r.side, r.kind, r.state) for r in Reward.objects.all()} == {
        ("inviter", "points", "given"),
        ("invited", "points", "given"),
        ("invited", "coupon", "given"),
    }
    assert set(Event.objects.filter(name__startswith="referral").values_list("name", flat=True)) == {
        "referral_bound",
        "referral_qualified",
        "referral_rewarded",
    }
    assert audit() == []


def test_what_cannot_be_bound_is_refused_with_a_stable_code() -> None:
    first, second, third = (make_member().id for _ in range(3))
    refused("programme_not_open", first)
    make_programme()
    refused("self_invitation", first, first)
    bring(first, second)
    refused("already_invited", third, second)
    refused("invitation_cycle", second, first)
    bring(second, third)
    refused("invitation_cycle", third, first)
    refused("invited_not_new", first, make_member(now=NOW - 8 * DAY).id)
    bought = make_member().id
    make_order(bought)
    refused("invited_not_new", first, bought)
    clerk = make_member()
    Member.objects.filter(pk=clerk.pk).update(is_staff=True)
    refused("staff_invitation", clerk.id)
    with pytest.raises(Problem) as unknown:
        run(accept_invitation, member_id=make_member().id, code="ZZZZZZZZ")
    assert unknown.value.code == "unknown_invite_code"
    with pytest.raises(Problem) as other:
        run(make_code, actor=member_actor(first, "referrals.make_code"), member_id=second)
    assert other.value.code == "forbidden"
    assert Bond.objects.count() == 2


def test_a_merged_member_is_the_same_person() -> None:
    make_programme()
    first, second, double = (make_member().id for _ in range(3))
    bring(first, second)
    run(merge_members, kept_id=first, merged_id=double)
    refused("invitation_cycle", second, double)
    refused("invitation_cycle", second, first)


def test_the_line_has_an_end() -> None:
    programme = make_programme()
    line = [make_member().id for _ in range(50)]
    Bond.objects.bulk_create(
        Bond(programme=programme, inviter_id=above, invited_id=below, bound_at=NOW)
        for above, below in pairwise(line)
    )
    last = bring(line[-1]).invited_id
    refused("invitation_line_too_long", last)


@pytest.mark.django_db(transaction=True)
def _circle() -> int:
    make_programme()
    ring = [make_member().id for _ in range(3)]
    for member_id in ring:
        run(make_code, member_id=member_id)
    outcomes = race(lambda n: bring(ring[n], ring[(n + 1) % 3]), 3, processes=3)
    assert outcomes["done"] + outcomes["invitation_cycle"] == 3, outcomes
    return outcomes["done"]


@pytest.mark.django_db(transaction=True)
def test_three_at_once_close_no_circle() -> None:
    assert _circle() == 2


@pytest.mark.django_db(transaction=True)
def test_three_at_once_close_a_circle_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    switch_off(monkeypatch, "referrals.line_lock", "referrals.line_checked", together=3)
    assert _circle() == 3


def test_beyond_the_caps_the_friend_is_rewarded_and_the_inviter_not() -> None:
    make_programme(per_day=1, per_inviter=2)
    inviter = make_member().id
    bonds = [bring(inviter, now=NOW + n * timedelta(hours=1)) for n in range(4)]
    for bond, day in zip(bonds, (0, 0, 1, 2), strict=True):
        order(bond, now=NOW + day * DAY + timedelta(hours=5))
    settled = [settle(bond, now=NOW + 20 * DAY) for bond in bonds]
    assert [bond.is_capped for bond in settled] == [False, True, False, True]
    assert points(inviter) == 200
    assert all(points(bond.invited_id) == 50 for bond in bonds)


def test_returned_before_nothing_is_given_returned_after_everything_is_taken_back() -> None:
    make_programme(inviter_template_id=make_template(audience="targeted"))
    inviter = make_member().id
    early, late = bring(inviter), bring(inviter, now=NOW + timedelta(hours=2))
    order(early)
    run(note_return, bond_id=early.id, refunded_minor=2_000)  # 40.00 are left: below the least amount
    assert settle(early).state == "returned"
    order(late, now=NOW + timedelta(hours=3))
    settle(late)
    spend(inviter, 70, now=LATER)
    for _ in range(2):  # told twice
        run(note_return, now=LATER, bond_id=late.id, refunded_minor=6_000)
    taken = {(r.side, r.kind): (r.state, r.debt) for r in Reward.objects.all()}
    assert taken == {
        ("inviter", "points"): ("taken_back", 70),
        ("inviter", "coupon"): ("taken_back", 0),
        ("invited", "points"): ("taken_back", 0),
    }
    assert (points(inviter), points(late.invited_id)) == (0, 0)
    assert audit() == []


def test_orders_and_returns_of_files_are_found() -> None:
    programme = make_programme()
    bond = bring(make_member().id)
    make_order(bond.invited_id, lines=[("A", 1, 100)], placed_at=NOW)
    made = make_order(bond.invited_id, lines=[("A", 2, 4_000)], placed_at=NOW + DAY)
    actor = member_actor(bond.inviter_id, "referrals.note_order", "referrals.note_return")
    assert find_orders(actor, NOW + DAY) == 1
    assert Bond.objects.get().order_id == made.id
    make_refund(OrderLine.objects.get(order=made), quantity=1)
    assert (find_returns(actor, NOW + DAY), find_returns(actor, NOW + DAY)) == (1, 0)
    assert Bond.objects.get().state == "returned"
    idle = bring(make_member().id)
    run(lapse_invitations, now=NOW + timedelta(days=programme.within_days + 3))
    idle.refresh_from_db()
    assert idle.state == "lapsed"


def _device(member_id: UUID, value: str = "a" * 32, kind: str = "device") -> UUID:
    run(note_mark, member_id=member_id, mark_kind=kind, value=value)
    return member_id


def _ring_of_devices(inviter: UUID) -> Bond:
    middle = bring(inviter)
    _device(inviter)
    return bring(middle.invited_id, device="a" * 32)


SIGNS: dict[str, Callable[[UUID], Bond]] = {
    "same_device": lambda inviter: bring(_device(inviter), device="a" * 32),
    "same_phone": lambda inviter: _with(inviter, "phone", "138 0013 8000", "+8613800138000"),
    "same_address": lambda inviter: _with(inviter, "address", "1 Lake Road, Flat 2", "1 lake road flat-2"),
    "ring": _ring_of_devices,
    "burst": lambda inviter: [bring(inviter) for _ in range(5)][-1],
    "velocity": lambda inviter: [bring(inviter, now=NOW + n * timedelta(minutes=30)) for n in range(-9, 11)][
        9
    ],
    "same_network": lambda inviter: [
        bring(make_member().id, address=f"203.0.113.{n}", now=NOW + n * timedelta(minutes=9))
        for n in range(8)
    ][-1],
}


def _with(inviter: UUID, kind: str, one: str, other: str) -> Bond:
    bond = bring(inviter)
    _device(inviter, one, kind)
    _device(bond.invited_id, other, kind)
    return bond


@pytest.mark.parametrize("sign", SIGNS)
def test_what_looks_like_cheating_is_held(sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_programme(per_day=None)
    bond = SIGNS[sign](make_member(now=NOW).id)
    order(bond, now=NOW + timedelta(hours=9))
    assert settle(bond, now=NOW + 9 * DAY).state == "review"
    assert sign in Case.objects.get(subject_id=bond.id).reasons
    assert not Reward.objects.exists()
    assert "203.0.113" not in str(list(Mark.objects.values()))
    Bond.objects.filter(pk=bond.pk).update(state="held")  # its twin: the guard is off, and it is paid
    monkeypatch.setenv("QUNYING_FAILPOINTS", "referrals.signs=off")
    assert settle(bond, now=NOW + 9 * DAY).state == "rewarded"


def test_who_had_rewards_taken_back_before_is_looked_at() -> None:
    make_programme()
    inviter = make_member().id
    for hour in range(2):
        bond = bring(inviter, now=NOW + timedelta(hours=hour))
        order(bond, now=NOW + timedelta(hours=hour))
        settle(bond, now=LATER)
        run(note_return, now=LATER, bond_id=bond.id, refunded_minor=6_000)
    third = bring(inviter, now=LATER)
    order(third, now=LATER)
    assert Case.objects.get(subject_id=third.id).reasons == ["returns"]


def test_a_person_decides_and_the_member_may_appeal() -> None:
    make_programme()
    inviter = make_member().id
    _device(inviter)
    bond = bring(inviter, device="a" * 32)
    order(bond)
    case = Case.objects.get()
    with pytest.raises(Problem) as nothing:
        run(decide_case, case_id=case.id, release=False)
    assert nothing.value.code == "bad_text"
    judge = make_staff(Role.OWNER)
    made, _secret = make_key(command_id="k", actor=judge.actor, now=NOW, name="desk", scopes=["vetting.*"])
    program = Actor("key", str(made.key_id), frozenset({"vetting.*"}))
    run(
        decide_case, actor=judge.actor, case_id=case.id, release=False, explanation="One phone, two accounts."
    )
    assert settle(bond).state == "refused"
    with pytest.raises(Problem) as foreign:
        run(appeal_case, case_id=case.id, member_id=bond.invited_id, text="mine")
    assert foreign.value.code == "unknown_held_case"
    run(appeal_case, case_id=case.id, member_id=inviter, text="My sister and I share a tablet.")
    for same in (judge.actor, program):  # nobody is two by using a key
        with pytest.raises(Problem) as own:
            run(judge_appeal, actor=same, case_id=case.id, uphold=True, answer="Right.")
        assert own.value.code == "own_refusal"
    second = member_actor(inviter, "vetting.judge_appeal")
    run(judge_appeal, now=LATER, actor=second, case_id=case.id, uphold=True, answer="Right, sorry.")
    assert Bond.objects.get().state == "rewarded"  # its time had come
    assert points(inviter) == 100
    assert Case.objects.get().state == "released"
    run(note_return, now=LATER, bond_id=bond.id, refunded_minor=6_000)
    assert points(inviter) == 0


def test_an_order_that_went_back_after_the_refusal_is_not_rewarded_on_appeal() -> None:
    make_programme()
    inviter = make_member().id
    _device(inviter)
    bond = bring(inviter, device="a" * 32)
    order(bond)
    case = Case.objects.get()
    run(decide_case, case_id=case.id, release=False, explanation="One phone, two accounts.")
    run(note_return, bond_id=bond.id, refunded_minor=6_000)
    run(appeal_case, case_id=case.id, member_id=inviter, text="My sister and I share a tablet.")
    second = member_actor(inviter, "vetting.judge_appeal")
    run(judge_appeal, now=LATER, actor=second, case_id=case.id, uphold=True, answer="Right, sorry.")
    assert Bond.objects.get().state == "returned"
    assert (points(inviter), points(bond.invited_id), Reward.objects.count()) == (0, 0, 0)


def test_what_cannot_be_given_is_owed_until_it_can() -> None:
    template = make_template(audience="targeted", total=1)
    make_programme(inviter_template_id=template, per_day=None)
    inviter = make_member().id
    for hour in range(2):
        bond = bring(inviter, now=NOW + timedelta(hours=hour))
        order(bond, now=NOW + timedelta(hours=hour))
        settle(bond, now=NOW + 9 * DAY)
    owed = Reward.objects.get(state="owed")
    assert owed.problem in {"coupon_sold_out", "claim_limit_reached"}
    assert run(give_reward, now=NOW + 9 * DAY, reward_id=owed.id) == "owed"


def test_what_is_open_is_fixed_and_alone() -> None:
    programme = make_programme()
    for code, call in {
        "programme_is_fixed": lambda: run(write_programme, promise=promise(), programme_id=programme.id),
        "another_programme_is_open": make_programme,
        "bad_programme": lambda: run(write_programme, promise=promise(per_day=0)),
    }.items():
        with pytest.raises(Problem) as caught:
            call()
        assert caught.value.code == code
    with pytest.raises(Problem) as none:
        run(write_programme, promise=promise(inviter_points=0, invited_points=0))
    assert none.value.code == "bad_programme"
    with pytest.raises(Problem):
        run(open_programme, programme_id=programme.id)


def test_joining_is_enough_where_the_programme_says_so() -> None:
    make_programme(qualifies="joined", least_order_minor=0, hold_days=0)
    inviter = make_member().id
    assert settle(bring(inviter), now=NOW).state == "rewarded"
    assert points(inviter) == 100
