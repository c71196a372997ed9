"""The claim in one statement against the plain one: whatever the state, both answer and leave the same."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.kernel.actions import CommandReused
from qunying.kernel.actors import Actor, Forbidden, system
from qunying.kernel.models import Command
from qunying.kernel.problems import Problem
from qunying.ledger.models import Account, Hold, Pool, Posting, Transaction
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.tests.make import make_member
from qunying.rewards import claiming_at_once
from qunying.rewards.actions.bar_members import bar_members
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.close_template import close_template
from qunying.rewards.actions.suspend_rewards import suspend_rewards
from qunying.rewards.actions.withdraw_coupon import withdraw_coupon
from qunying.rewards.claiming import Claimed
from qunying.rewards.models import Coupon
from qunying.rewards.tests.make import make_budget, make_template
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
PEOPLE = 3


@pytest.fixture
def tries(monkeypatch):
    """What the one statement did, claim by claim."""
    answers = []
    real = claiming_at_once.claim_all

    def counted(some):
        done = real(some)
        answers.extend(done)
        return done

    monkeypatch.setattr(claiming_at_once, "claim_all", counted)
    return answers


def _picture(names):
    """Everything that a claim touches, sorted, without what is random."""
    tables = [
        Coupon.objects.values_list(
            "template_id", "member_id", "number", "serial", "state", "campaign_id", "claimed_at", "valid_from",
            "valid_until",
        ),
        Account.objects.values_list(
            "owner_kind", "owner_id", "asset", "purpose", "floor", "ceiling", "balance", "version"
        ),
        Transaction.objects.values_list(
            "kind", "reason", "campaign_id", "business_at", "recorded_at", "actor", "policy_version"
        ),
        Posting.objects.values_list("line", "account__purpose", "account__owner_id", "account__asset", "amount"),
        Hold.objects.values_list("amount", "state", "account__purpose", "held_account__purpose", "expires_at"),
        Pool.objects.values_list("total", "issued", "returned", "state"),
        Event.objects.filter(name="coupon_claimed").values_list(
            "source", "member_id", "campaign_id", "community_id", "order_id", "product", "occurred_at", "received_at",
            "quantity", "amount_minor", "currency", "backfill", "properties__how", "properties__serial",
            "properties__template_id",
        ),
        Command.objects.filter(action="rewards.claim_coupon").values_list(
            "actor", "command_id", "created_at", "refusal__code", "answer__serial", "answer__number",
            "answer__member_id", "answer__template_id", "answer__valid_from", "answer__valid_until",
        ),
    ]  # fmt: skip
    return [sorted(_named(repr(row), names) for row in table) for table in tables]


def _named(text, names):
    for key, name in names.items():
        text = text.replace(str(key), name)
    return text


class _Play:
    """An offer of four out of a budget for three, two each, and a free one of three, for three people."""

    def __init__(self):
        self.campaign = make_budget(3_500)
        self.templates = [
            make_template(total=4, per_member=2, campaign_id=self.campaign),
            make_template(total=3, per_member=1),
        ]
        self.members = [make_member().id for _ in range(PEOPLE)]
        self.now = NOW
        self.names = {self.campaign: "campaign"}
        self.names |= {key: f"template {number}" for number, key in enumerate(self.templates)}
        self.names |= {key: f"member {number}" for number, key in enumerate(self.members)}

    def go(self, verb, command, who, template):
        """Do one thing and say what came of it."""
        self.now += timedelta(seconds=1)
        try:
            return getattr(self, verb)(command, self.members[who], template)
        except Problem as problem:
            return problem.code

    def claim(self, command, member, template):
        done = run(claim_coupon, now=self.now, command_id=command, template_id=template, member_id=member)
        assert Coupon.objects.get(pk=done.coupon_id).serial == done.serial
        told = (done.template_id, done.member_id, done.serial, done.number, done.valid_from, done.valid_until)
        return _named(repr(told), self.names)

    def again(self, _command, member, template):
        return self.claim("0", member, template)

    def withdraw(self, _command, _member, template):
        coupon = Coupon.objects.filter(template=template, state="claimed").order_by("serial").first()
        if coupon is not None:
            run(withdraw_coupon, now=self.now, coupon_id=coupon.pk, reason="x")

    def bar(self, _command, member, _template):
        run(bar_members, now=self.now, campaign_id=self.campaign, member_ids=[member], reason="holdout")

    def suspend(self, command, member, _template):
        until = self.now + timedelta(seconds=3)
        run(suspend_rewards, now=self.now, member_id=member, until=until, reference=command)

    def close(self, _command, _member, template):
        run(close_template, now=self.now, template_id=template)

    def merge(self, _command, member, _template):
        run(merge_members, now=self.now, kept_id=self.members[0], merged_id=member)


def _play(moves):
    """Do the moves; return what was answered and what is left."""
    play = _Play()
    answers = [
        play.go(verb, str(number), who, play.templates[which])
        for number, (verb, who, which) in enumerate(moves)
    ]
    return answers, _picture(play.names)


moves = st.lists(
    st.tuples(
        st.sampled_from(["claim"] * 6 + ["again", "withdraw", "bar", "suspend", "close", "merge"]),
        st.integers(0, PEOPLE - 1),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=14,
)


def _both(played, monkeypatch):
    found = []
    for way in ("on", "off"):
        monkeypatch.setenv("QUNYING_FAILPOINTS", f"rewards.claim_at_once={way}")
        savepoint = transaction.savepoint_create()
        found.append(_play(played))
        assert audit() == []
        transaction.savepoint_rollback(savepoint)
    assert found[0][0] == found[1][0]
    for quick, plain in zip(found[0][1], found[1][1], strict=True):
        assert quick == plain


def _settings(examples):
    return settings(
        max_examples=examples, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck)
    )


@given(moves)
@_settings(25)
def test_both_ways_answer_and_leave_the_same(monkeypatch, played):
    _both(played, monkeypatch)


@pytest.mark.full
@given(moves)
@_settings(400)
def test_both_ways_answer_and_leave_the_same_at_length(monkeypatch, played):
    _both(played, monkeypatch)


def test_the_ordinary_case_is_one_statement(tries):
    template, members = make_template(), [make_member().id for _ in range(3)]
    assert [run(claim_coupon, template_id=template, member_id=m).serial for m in members] == [1, 2, 3]
    # The first fails, and the plain way opens the brand's account.
    assert [done and done.serial for done in tries] == [None, 2, 3]


def test_a_repeat_gets_the_stored_answer_and_another_body_is_refused(tries):
    template, (ann, bob) = make_template(per_member=5), (make_member().id for _ in range(2))
    run(claim_coupon, template_id=template, member_id=bob)
    first = run(claim_coupon, command_id="c", template_id=template, member_id=ann)
    assert isinstance(tries[-1], Claimed)
    assert run(claim_coupon, command_id="c", template_id=template, member_id=ann) == first
    with pytest.raises(CommandReused):
        run(claim_coupon, command_id="c", template_id=template, member_id=bob)
    assert Coupon.objects.count() == 2


def test_who_may_not_gets_nothing_at_once_either(tries):
    template = make_template()
    run(claim_coupon, template_id=template, member_id=make_member().id)
    nobody = Actor("key", "k", frozenset())
    with pytest.raises(Forbidden):
        run(claim_coupon, actor=nobody, template_id=template, member_id=make_member().id)
    assert len(tries) == 1
    assert Coupon.objects.count() == 1


def test_a_unit_taken_for_nothing_comes_back(tries, monkeypatch):
    """The statement finds the command's id taken only at its end, as when another process is in between."""
    template, members = make_template(), [make_member().id for _ in range(3)]
    run(claim_coupon, template_id=template, member_id=members[0])
    hidden = claiming_at_once._CLAIM.replace("AND command_id = known.command_id", "AND command_id = ''")
    assert hidden != claiming_at_once._CLAIM
    run(claim_coupon, command_id="c", template_id=template, member_id=members[1])
    monkeypatch.setattr(claiming_at_once, "_CLAIM", hidden)
    with pytest.raises(CommandReused):
        run(claim_coupon, command_id="c", template_id=template, member_id=members[2])
    assert Coupon.objects.count() == 2
    assert Pool.objects.get().issued == 2
    assert audit() == []


def test_unknown_things_are_left_to_the_plain_way(tries):
    with pytest.raises(Problem):
        run(claim_coupon, template_id=uuid4(), member_id=uuid4())
    assert tries == []


def test_what_is_known_of_templates_does_not_outlive_their_closing(tries):
    template = make_template()
    for _ in range(2):
        run(claim_coupon, template_id=template, member_id=make_member().id)
    assert template in claiming_at_once._known
    run(close_template, template_id=template)
    with pytest.raises(Problem, match=""):
        run(claim_coupon, template_id=template, member_id=make_member().id)
    assert tries[-1] == "other"


def test_a_claim_is_this_many_statements(tries, django_assert_num_queries):
    template = make_template()
    for _ in range(2):
        run(claim_coupon, template_id=template, member_id=make_member().id)
    member = make_member().id
    with django_assert_num_queries(2):  # a savepoint and its end, because a test is a transaction already
        run(claim_coupon, actor=system("shop"), template_id=template, member_id=member)
