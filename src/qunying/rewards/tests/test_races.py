"""Races for coupons, through every door at once. A twin without the guard must go wrong."""

import time
from multiprocessing.pool import ThreadPool
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from qunying.kernel.actions import Running
from qunying.kernel.batches import Asked
from qunying.kernel.problems import Problem
from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.tests.make import ACTOR, NOW, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.grant_coupons import grant_coupons
from qunying.rewards.actions.withdraw_coupon import withdraw_coupon
from qunying.rewards.claiming import Claimed
from qunying.rewards.claiming_at_once import Done, Preparing, claim_all
from qunying.rewards.claiming_together import claim_together
from qunying.rewards.models import Coupon
from qunying.rewards.tests.make import make_budget, make_coupon, make_template

pytestmark = pytest.mark.django_db(transaction=True)


def _together(template: UUID, *members: UUID) -> None:
    """Claim in one batch; a refusal of the last is raised."""
    asked = [Asked(str(uuid4()), ACTOR, {"template_id": template, "member_id": member}) for member in members]
    last = claim_together(asked, NOW)[-1]
    if isinstance(last, Problem):
        raise last


@pytest.mark.parametrize("times", [24, pytest.param(100, marks=pytest.mark.full)])
def test_one_member_claims_once_through_whatever_door(times: int) -> None:
    make_coupon()  # so that accounts and statistics are there
    template, member = make_template(), make_member().id

    def claim(number: int) -> None:
        if number % 2:
            _together(template, member)
        else:
            run(claim_coupon, template_id=template, member_id=member)

    assert race(claim, times) == {"done": 1, "claim_limit_reached": times - 1}
    assert Coupon.objects.filter(template=template).count() == 1
    assert audit() == []


def test_who_was_quicker_while_the_stock_was_waited_for_is_seen_at_a_second_look() -> None:
    make_coupon()  # so that accounts and statistics are there
    template, members = make_template(), [make_member().id for _ in range(3)]
    asked = [Asked(str(uuid4()), ACTOR, {"template_id": template, "member_id": member}) for member in members]
    preparing = Preparing(NOW)
    prepared = [
        preparing.prepare(Running("rewards.claim_coupon", one.command_id, ACTOR, NOW), "", one.arguments)
        for one in asked
    ]

    def claim_in_thread() -> list[Done]:
        try:
            return claim_all([one for one in prepared if one])
        finally:
            connection.close()

    ours = transaction.atomic()
    ours._from_testcase = True  # type: ignore[attr-defined]  # a claim may then go on inside
    with ThreadPool(1) as pool:
        with ours:
            make_coupon(template, member_id=members[1])
            waiting = pool.apply_async(claim_in_thread)
            _await_waiting()
        found = waiting.get(20)
    assert [one.serial if isinstance(one, Claimed) else one for one in found] == [2, "limit", 3]
    assert audit() == []


def _await_waiting() -> None:
    """Wait until somebody waits for a lock of ours."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise TimeoutError("nobody waits")


def _race_for_budget(times: int) -> tuple[int, int]:
    """Claims, batches, grants and withdrawals of two offers for a budget of ten coupons; return what is free and how many were given."""
    campaign = make_budget(10_000)
    offers = [make_template(campaign_id=campaign) for _ in range(2)]
    kept = make_coupon(offers[0]).coupon_id
    members = [make_member().id for _ in range(2 * times)]

    def either(number: int) -> None:
        offer, (first, second) = offers[number % 2], members[2 * number : 2 * number + 2]
        if number == 1:
            run(withdraw_coupon, coupon_id=kept, reason="x")
        elif number % 4 == 1:
            run(grant_coupons, template_id=offer, member_ids=[first, second])
        elif number % 4 == 2:
            _together(offer, first, second)
        else:
            run(claim_coupon, template_id=offer, member_id=first)

    race(either, times)
    return get_budget(campaign).free, Coupon.objects.filter(state="claimed").count()


@pytest.mark.parametrize("times", [32, pytest.param(200, marks=pytest.mark.full)])
def test_a_budget_for_ten_gives_no_more(times: int) -> None:
    free, given = _race_for_budget(times)
    assert free + 1_000 * given == 10_000
    assert free in {0, 1_000}  # a grant of two may have been the last to ask
    assert audit() == []


def test_a_budget_for_ten_gives_more_without_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    switch_off(monkeypatch, "ledger.balance_guard", "ledger.balance_checked", seconds=0.05)
    _free, given = _race_for_budget(32)
    assert given > 10
    assert audit() != []
