"""Taking part together against taking part one by one: whatever is asked, both answer and leave the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.activities import taking_together
from qunying.activities.actions.cancel_right import cancel_right
from qunying.activities.actions.take_part import take_part
from qunying.activities.models import Activity, Award, Participation, Right, RightUnit, Turns
from qunying.activities.tests.make import DAY, goods, make_activity
from qunying.activities.took_part import TookPart
from qunying.kernel.actors import system
from qunying.kernel.batches import Asked, Outcome
from qunying.kernel.models import Command
from qunying.kernel.problems import Problem
from qunying.ledger.models import Account, Pool, Posting, Transaction
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import Member
from qunying.members.tests.make import make_member
from qunying.rewards.actions.suspend_rewards import suspend_rewards
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
UNKNOWN = UUID(int=1)
BUNDLE = [goods(units=4), goods(quantity=2, units=5, price_minor=0), goods("CUP", units=4)]
RUSHES: dict[str, tuple[str, dict[str, Any]]] = {
    "sale": ("flash_sale", {"per_member": 2, "settings": {"lines": [goods(units=4)]}}),
    "bundle": ("flash_sale", {"per_member": None, "per_day": 2, "settings": {"lines": BUNDLE}}),
    "window": ("flash_sale", {"per_member": 3, "settings": {"lines": [goods()], "window_seconds": 10}}),
    "packet": ("red_packet", {"settings": {"total_minor": 900, "shares": 4}}),
}


def _picture():
    """Everything that taking part touches, sorted, without what is random."""
    tables = [
        Turns.objects.values_list("activity", "member", "taken", "day", "taken_today", "given_back", "bought"),
        Participation.objects.values_list("member", "number", "serial", "choice", "landed", "given", "at"),
        Right.objects.values_list("member", "participation__number", "total_minor", "state", "taken_at", "expires_at"),
        RightUnit.objects.values_list("right__member", "stock__key", "serial", "is_out"),
        Award.objects.values_list("member", "participation__serial", "prize", "amount", "state", "done_at"),
        Pool.objects.values_list("id", "issued", "returned"),
        Account.objects.values_list("owner_kind", "owner_id", "asset", "purpose", "floor", "balance"),
        Transaction.objects.values_list("kind", "actor", "command_id", "campaign_id", "business_at"),
        Posting.objects.values_list("transaction__command_id", "line", "account__owner_id", "amount"),
        Event.objects.values_list("name", "member_id", "campaign_id", "occurred_at", "properties__number", "amount_minor"),
        Command.objects.filter(action="activities.take_part").values_list("actor", "command_id", "action", "body_hash", "refusal__code", "answer__number"),
    ]  # fmt: skip
    return [sorted(map(repr, table)) for table in tables]


def _told(outcome):
    if isinstance(outcome, Problem):
        return outcome.code, str(outcome)
    return replace(
        outcome,
        participation_id=UNKNOWN,
        right_id=outcome.right_id and UNKNOWN,
        prizes=[replace(prize, award_id=UNKNOWN) for prize in outcome.prizes],
    )


def _one_by_one(asked, now):
    try:
        return take_part(command_id=asked.command_id, actor=asked.actor, now=now, **asked.arguments)
    except Problem as problem:
        return problem


def _serve(activity: Activity, asked: Sequence[Asked], now: datetime) -> list[Outcome[TookPart]]:
    rush = taking_together._rush_of(activity.id, now)
    assert rush is not None
    return taking_together._serve(take_part, rush, [(now, one) for one in asked])


def _outcomes(activity, batches, monkeypatch, *, together):
    """Take part, and undo it all; a right is given back in between, so that a unit comes back."""
    found = []
    monkeypatch.setenv("QUNYING_FAILPOINTS", "" if together else "activities.take_together=off")
    savepoint = transaction.savepoint_create()
    for number, batch in enumerate(batches):
        now = NOW + timedelta(seconds=number)
        outcomes = _serve(activity, batch, now) if together else [_one_by_one(asked, now) for asked in batch]
        found.append([_told(outcome) for outcome in outcomes])
        last = Right.objects.filter(state="reserved").order_by("units__serial").last()
        if number == 0 and last is not None:
            run(cancel_right, command_id=f"back {number}", now=now, right_id=last.pk)
    found.extend(_picture())
    assert audit() == []
    transaction.savepoint_rollback(savepoint)
    return found


@pytest.fixture(params=RUSHES)
def rush(request):
    """An activity with few of everything, and people: two plain, one merged, of the staff, suspended, new, unknown."""
    kind, changes = RUSHES[request.param]
    activity = make_activity(kind, min_account_days=1, **changes)
    people = [make_member(now=NOW - 2 * DAY).id for _ in range(6)]
    run(merge_members, kept_id=people[1], merged_id=people[5])
    Member.objects.filter(pk=people[2]).update(is_staff=True)
    run(suspend_rewards, member_id=people[3], reference="case", until=None)
    new = make_member(now=NOW).id
    return activity, [*people, new, UNKNOWN]


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_together_is_as_one_by_one(rush, monkeypatch, data):
    activity, people = rush
    who = st.sampled_from([0, 0, 0, 1, 1, 4, 4, 5, 2, 3, 6, 7])
    one = st.tuples(who, st.sampled_from(["", "luck", "x" * 201]), st.integers(0, 12))
    batches = [
        [
            Asked(
                f"command {number}",
                system("door"),
                {
                    "activity_id": activity.id,
                    "member_id": people[at],
                    "choice": word,
                    "pay_points": number % 2,
                },
            )
            for at, word, number in drawn
        ]
        for drawn in data.draw(st.lists(st.lists(one, min_size=1, max_size=6), min_size=1, max_size=3))
    ]
    together = _outcomes(activity, batches, monkeypatch, together=True)
    for one, other in zip(together, _outcomes(activity, batches, monkeypatch, together=False), strict=True):
        assert one == other


def test_a_rush_needs_few_statements(django_assert_max_num_queries):
    """Ten members in one go; afterwards refusals touch no stock."""
    activity = make_activity("flash_sale", settings={"lines": [goods(units=10)]})
    people = [make_member(now=NOW - DAY).id for _ in range(20)]
    asked = [
        Asked(str(who), system("door"), {"activity_id": activity.id, "member_id": who}) for who in people
    ]
    with django_assert_max_num_queries(16):
        first = _serve(activity, asked[:10], NOW)
    assert sorted(RightUnit.objects.values_list("serial", flat=True)) == list(range(1, 11))
    assert all(isinstance(outcome, TookPart) for outcome in first)
    with django_assert_max_num_queries(8) as counted:
        rest = _serve(activity, asked[10:], NOW)
    assert {getattr(outcome, "code", "") for outcome in rest} == {"nothing_left"}
    assert not [query for query in counted if "UPDATE" in query["sql"]]
