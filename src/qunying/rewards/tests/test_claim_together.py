"""Claims that go together against the same claims one by one: all answers and everything that is left are the same."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from qunying.kernel.actions import Running, body_hash_of
from qunying.kernel.actors import Actor, member_actor
from qunying.kernel.batches import Asked
from qunying.kernel.models import Command
from qunying.kernel.problems import Problem
from qunying.ledger.models import Pool
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import ACTOR, NOW
from qunying.members.tests.make import make_member
from qunying.rewards import claiming_at_once
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.claiming import Claimed
from qunying.rewards.claiming_together import claim_together
from qunying.rewards.models import Coupon
from qunying.rewards.tests.make import make_budget, make_template
from qunying.rewards.tests.test_claim_at_once import PEOPLE, _named, _picture, _Play, _settings

pytestmark = pytest.mark.django_db

STRANGER = PEOPLE  # nobody has this id
DISTURBANCES = ["withdraw", "bar", "suspend", "close", "merge", "claim"]
claims = st.lists(
    st.tuples(
        st.integers(0, PEOPLE),
        st.sampled_from([0, 0, 0, 1, 2]),
        st.sampled_from(["system", "system", "own", "another's", "powerless"]),
        st.sampled_from(["new", "new", "new", "same"]),
    ),
    min_size=1,
    max_size=9,
)
steps = st.lists(
    st.one_of(
        claims,
        claims,
        st.tuples(st.sampled_from(DISTURBANCES), st.integers(0, PEOPLE - 1), st.integers(0, 1)),
    ),
    min_size=1,
    max_size=7,
)


class _Crowd(_Play):
    """The same people and offers, and one by invitation; claims come in batches."""

    def __init__(self, door):
        super().__init__()
        self.door = door
        self.templates.append(make_template(total=2, audience="targeted", now=self.now))
        self.people = [*self.members, uuid4()]
        self.names |= {self.templates[2]: "template 2", self.people[STRANGER]: "stranger"}

    def batch(self, number, asked):
        self.now += timedelta(seconds=1)
        commands = [self._command(number, place, *one) for place, one in enumerate(asked)]
        return [self._told(outcome) for outcome in self.door(commands, self.now)]

    def _command(self, number, place, who, which, actor, command):
        member = self.people[who]
        actors = {
            "system": ACTOR,
            "own": member_actor(member, "rewards.claim_coupon"),
            # Nobody with whom they were merged: what the quick way leaves open comes after what it does.
            "another's": member_actor(
                self.people[0 if who == STRANGER else STRANGER], "rewards.claim_coupon"
            ),
            "powerless": Actor("key", "k"),
        }
        arguments = {"template_id": self.templates[which], "member_id": member, "campaign_id": None}
        return Asked("same" if command == "same" else f"{number}.{place}", actors[actor], arguments)

    def _told(self, outcome):
        if isinstance(outcome, Problem):
            return _named(repr((outcome.code, outcome.fields)), self.names)
        assert Coupon.objects.get(pk=outcome.coupon_id).serial == outcome.serial
        return _named(
            repr(
                (outcome.template_id, outcome.member_id, outcome.serial, outcome.number, outcome.valid_until)
            ),
            self.names,
        )


def _gathered(commands, now):
    """Claim as threads do that gather: those of one kind in one statement, then whatever is left the plain way.

    A command that is sent again for another offer comes later, as it does when its sender waits: at once, either may be first.
    """
    runnings = [Running("rewards.claim_coupon", one.command_id, one.actor, now) for one in commands]
    found: dict[int, claiming_at_once.Prepared] = {}
    kinds: dict[tuple[str, str], tuple[object, ...] | None] = {}
    for place, (asked, running) in enumerate(zip(commands, runnings, strict=True)):
        if not asked.actor.may("rewards.claim_coupon"):
            continue
        body_hash = body_hash_of("rewards.claim_coupon", asked.arguments)
        prepared = claiming_at_once.Preparing(now).prepare(running, body_hash, asked.arguments)
        kind = prepared.offer.kind if prepared is not None else None
        if kinds.setdefault(asked.key, kind) == kind and prepared is not None:
            found[place] = prepared
    outcomes: dict[int, object] = {}
    for kind in {one.offer.kind for one in found.values()}:
        places = [place for place, one in found.items() if one.offer.kind == kind]
        outcomes |= zip(places, claiming_at_once.claim_all([found[place] for place in places]), strict=True)
    for place, asked in enumerate(commands):
        if not isinstance(outcomes.get(place), Claimed):
            outcomes[place] = _plainly(asked, now)
    return [outcomes[place] for place in range(len(commands))]


def _plainly(asked, now):
    try:
        return claim_coupon(command_id=asked.command_id, actor=asked.actor, now=now, **asked.arguments)
    except Problem as problem:
        return problem


def _play(played, door):
    crowd = _Crowd(door)
    answers = []
    for number, step in enumerate(played):
        if isinstance(step, list):
            answers.append(crowd.batch(number, step))
        else:
            answers.append(crowd.go(step[0], str(number), step[1], crowd.templates[step[2]]))
    return answers, _picture(crowd.names)


def _both(played, monkeypatch):
    found = []
    for door, way in ((claim_together, "off"), (claim_together, "on"), (_gathered, "on")):
        monkeypatch.setenv("QUNYING_FAILPOINTS", f"rewards.claim_at_once={way}")
        savepoint = transaction.savepoint_create()
        found.append(_play(played, door))
        assert audit() == []
        transaction.savepoint_rollback(savepoint)
    (plain_answers, plainly_left), *quick_ways = found
    for answers, left in quick_ways:
        assert answers == plain_answers
        for quick, plain in zip(left, plainly_left, strict=True):
            assert quick == plain


@given(steps)
@_settings(8)
def test_together_answers_and_leaves_the_same_as_one_by_one(monkeypatch, played):
    _both(played, monkeypatch)


@pytest.mark.full
@given(steps)
@_settings(400)
def test_together_answers_and_leaves_the_same_at_length(monkeypatch, played):
    _both(played, monkeypatch)


def _ask(template: UUID, members, *, campaign: UUID | None = None, commands=None) -> list[Asked]:
    arguments = [
        {"template_id": template, "member_id": member, "campaign_id": campaign} for member in members
    ]
    commands = commands or [str(uuid4()) for _ in members]
    return [Asked(command, ACTOR, what) for command, what in zip(commands, arguments, strict=True)]


def test_many_claims_are_a_few_statements(django_assert_max_num_queries):
    campaign = make_budget(10_000)
    template, members = make_template(), [make_member().id for _ in range(20)]
    # Ten coupons' worth of budget. The first and the eleventh claim go the plain way, whatever the number of claims.
    with django_assert_max_num_queries(60):
        outcomes = claim_together(_ask(template, members, campaign=campaign), NOW)
    assert [outcome.serial for outcome in outcomes if isinstance(outcome, Claimed)] == list(range(1, 11))
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Problem)} == {"budget_exhausted"}
    assert audit() == []


def test_a_repeat_gets_the_stored_answers_by_either_way():
    template, members, commands = (
        make_template(total=2),
        [make_member().id for _ in range(3)],
        ["a", "b", "c"],
    )
    first = claim_together(_ask(template, members, commands=commands), NOW)
    again = claim_together(_ask(template, members, commands=commands), NOW)
    assert again[:2] == first[:2]
    assert [getattr(found[2], "code", None) for found in (first, again)] == ["coupon_sold_out"] * 2
    alone = claim_coupon(command_id="b", actor=ACTOR, now=NOW, **_ask(template, [members[1]])[0].arguments)
    assert alone == first[1]
    (reused,) = claim_together(_ask(template, [members[0]], commands=["b"]), NOW)
    assert isinstance(reused, Problem)
    assert reused.code == "command_reused"
    assert Coupon.objects.count() == 2


def test_who_is_overtaken_goes_the_plain_way(monkeypatch):
    """The statement finds the command's id taken only at its end, as when another process is in between."""
    template, members = make_template(), [make_member().id for _ in range(3)]
    claim_together(_ask(template, [members[0]], commands=["a"]), NOW)
    hidden = claiming_at_once._CLAIM.replace("AND command_id = known.command_id", "AND command_id = ''")
    assert hidden != claiming_at_once._CLAIM
    monkeypatch.setattr(claiming_at_once, "_CLAIM", hidden)
    outcomes = claim_together(_ask(template, members, commands=["a", "b", "c"]), NOW)
    assert [getattr(one, "serial", None) for one in outcomes] == [1, 2, 3]
    assert Coupon.objects.count() == Pool.objects.get().issued == 3
    assert Command.objects.filter(action="rewards.claim_coupon").count() == 3
    assert audit() == []


def test_the_statement_gives_as_far_as_stock_and_budget_go(django_assert_max_num_queries):
    campaign, members = make_budget(10_000), [make_member().id for _ in range(9)]
    template = make_template(total=5)
    claim_together(_ask(template, [members[0]], campaign=campaign), NOW)  # now the accounts are there
    asked = _ask(template, [members[1], members[1], uuid4(), *members[2:]], campaign=campaign)
    runnings = [Running("rewards.claim_coupon", one.command_id, ACTOR, NOW) for one in asked]
    preparing = claiming_at_once.Preparing(NOW)
    ready = [
        preparing.prepare(running, "", one.arguments) for running, one in zip(runnings, asked, strict=True)
    ]
    prepared = [one for one in ready if one is not None]
    with django_assert_max_num_queries(2):  # the savepoint of a test
        found = claiming_at_once.claim_all(prepared)
    given = [(one.serial, one.member_id, one.number) for one in found if isinstance(one, Claimed)]
    assert given == [(2, members[1], 1), (3, members[2], 1), (4, members[3], 1), (5, members[4], 1)]
    assert [one for one in found if not isinstance(one, Claimed)] == [None, "other", None, None, None, None]
    again = claiming_at_once.claim_all(prepared[1:2])
    assert again == ["limit"]
    assert Command.objects.filter(action="rewards.claim_coupon").count() == 5
    assert audit() == []
