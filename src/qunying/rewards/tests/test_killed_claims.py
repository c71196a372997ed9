"""Whoever claims is killed with -9 at any moment: what was answered stays, and what was not is asked again and happens once."""

import multiprocessing
import os
import pickle
import random
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import batched, count
from multiprocessing.connection import Connection
from uuid import UUID

import pytest
from django.db import connections

from qunying.kernel.batches import Asked
from qunying.kernel.models import Command
from qunying.kernel.problems import Problem
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import ACTOR, NOW
from qunying.members.tests.make import make_member
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.claiming import Claimed
from qunying.rewards.claiming_together import claim_together
from qunying.rewards.models import Coupon
from qunying.rewards.tests.make import make_template

MEMBERS, EACH = 20, 200
LIFE_SECONDS, PATIENCE_SECONDS = 0.2, 60
BREATH_SECONDS = 0.002  # between the commit and the answer, where dying is most likely to be told apart

type Door = Callable[[Sequence[Asked]], Iterator[Claimed]]


def one_by_one(orders: Sequence[Asked]) -> Iterator[Claimed]:
    """Claim by the action."""
    for order in orders:
        yield claim_coupon(command_id=order.command_id, actor=order.actor, now=NOW, **order.arguments)


def together(orders: Sequence[Asked]) -> Iterator[Claimed]:
    """Claim five at a time."""
    for some in batched(orders, 5):
        for outcome in claim_together(some, NOW):
            assert not isinstance(outcome, Problem), outcome
            yield outcome


def _claim(door: Door, orders: Sequence[Asked], answers: Connection) -> None:
    for order, claimed in zip(orders, door(orders), strict=False):
        time.sleep(BREATH_SECONDS)
        answers.send((order.command_id, claimed))
    os._exit(0)


def _live(door: Door, orders: Sequence[Asked], seconds: float | None) -> dict[str, Claimed]:
    """Let a process claim until it is killed, or to its end; return what it had answered by then."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_claim, args=(door, orders, theirs))
    process.start()
    theirs.close()
    answered = {}
    process.join(PATIENCE_SECONDS if seconds is None else seconds)
    process.kill()
    try:
        while True:
            command, claimed = ours.recv()
            answered[command] = claimed
    except (EOFError, OSError, pickle.UnpicklingError):  # the last answer may be torn
        process.join()
    return answered


def _orders(template: UUID) -> Iterator[Asked]:
    members = [make_member().id for _ in range(MEMBERS)]
    for number in count():
        what = {"template_id": template, "member_id": members[number % MEMBERS]}
        yield Asked(f"order {number}", ACTOR, what)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", [one_by_one, together])
@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=pytest.mark.full)])
def test_nothing_answered_is_lost_and_nothing_happens_twice(door: Door, kills: int) -> None:
    template = make_template(total=MEMBERS * EACH, per_member=EACH)
    orders, moments = _orders(template), random.Random(kills)
    waiting: list[Asked] = []
    answered: dict[str, Claimed] = {}
    done_unanswered = 0
    for _ in range(kills):
        waiting += [next(orders) for _ in range(40 - len(waiting))]
        answered |= _live(door, waiting, moments.uniform(0, LIFE_SECONDS))
        waiting = [order for order in waiting if order.command_id not in answered]
        done_unanswered += Command.objects.filter(command_id=waiting[0].command_id).exists() if waiting else 0
    answered |= _live(door, waiting, None)
    assert {order.command_id for order in waiting} <= set(answered)
    if kills >= 100:
        assert done_unanswered > 0  # or the moment that matters was never met
    stored = {row.command_id: row for row in Command.objects.filter(action="rewards.claim_coupon")}
    assert set(stored) == set(answered)
    for command, claimed in answered.items():
        assert (stored[command].answer or {})["coupon_id"] == str(claimed.coupon_id)
    coupons = dict(Coupon.objects.values_list("id", "serial"))
    assert coupons == {claimed.coupon_id: claimed.serial for claimed in answered.values()}
    assert sorted(coupons.values()) == list(range(1, len(answered) + 1))
    assert audit() == []
