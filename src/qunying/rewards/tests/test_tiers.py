"""Tiers in the database: they follow growth value and time, are told once, outlive merges, and gifts come once."""

from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils.translation import override

from qunying.engines.earning import Rule
from qunying.ledger.accounts import GROWTH, POINTS, of_member
from qunying.ledger.actions.adjust_balance import adjust_balance
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, run
from qunying.members.actions.change_attribute import change_attribute
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import Attribute, Member
from qunying.members.tests.make import make_member
from qunying.rewards.actions.give_birthday_gifts import give_birthday_gifts
from qunying.rewards.actions.promise_tier import NoSuchTier, PromiseOver, promise_tier
from qunying.rewards.actions.publish_tier_policy import LevelInUse, publish_tier_policy
from qunying.rewards.actions.refresh_tiers import refresh_tiers
from qunying.rewards.actions.write_tier_policy import write_tier_policy
from qunying.rewards.models import MemberTier
from qunying.rewards.queries.get_tier import get_tier
from qunying.rewards.queries.get_tier_at_a_glance import get_tier_at_a_glance
from qunying.rewards.queries.list_statement import describe_lines, list_statement
from qunying.rewards.tests.test_earning import earn, give_back, make_rule, paid, sent_back
from qunying.rewards.tiers.drafting import LevelWording, TierPolicyNotDraft, TierPolicyWrong, TierWording
from qunying.stream.models import Event

LEVELS = (
    LevelWording(code="ordinary", name="Ordinary", enter=0, benefits=("Points",), birthday_points=10),
    LevelWording(
        code="silver", name="Silver", enter=100, benefits=("Points", "Free shipping"), birthday_points=50
    ),
    LevelWording(
        code="gold",
        name="Gold",
        enter=300,
        benefits=("Points", "Free shipping", "Own adviser"),
        birthday_points=100,
    ),
)


def make_policy(preset: str = "immediate", *, levels: Any = LEVELS, now: datetime = NOW, **more: Any) -> UUID:
    """Return the id of a policy of tiers in force from now on."""
    policy_id = run(write_tier_policy, now=now, wording=TierWording(preset=preset, levels=levels, **more))
    run(publish_tier_policy, now=now, policy_id=policy_id)
    return UUID(str(policy_id))


def shop(member_id: UUID, amount: int, *, now: datetime = NOW) -> Any:
    """Let a member buy something; one unit of growth value for each unit of money."""
    line = paid(member_id, amount * 100, occurred_at=now)
    earn(line, now=now)
    run(refresh_tiers, now=now)
    return line


def make_growth() -> None:
    make_rule(Rule("order_line_paid", "amount", units=1, per=100, currency="CNY"), asset="growth", now=NOW)


def level(member_id: UUID) -> str:
    return MemberTier.objects.get(pk=member_id).level


def told(member_id: UUID) -> list[tuple[str, ...]]:
    events = Event.objects.filter(member_id=member_id, name__startswith="tier_").order_by("position")
    return [
        (e.name, e.properties.get("old", ""), e.properties.get("new", e.properties.get("level", "")))
        for e in events
    ]


@pytest.mark.django_db
def test_a_tier_follows_growth_value_and_is_told_once() -> None:
    make_growth()
    make_policy()
    member_id = make_member().id
    later = NOW + timedelta(days=1)
    line = shop(member_id, 320, now=later)
    assert run(refresh_tiers, now=later).members == 0
    give_back(sent_back(line, 3_000), now=later + timedelta(hours=1))
    run(refresh_tiers, now=later + timedelta(hours=1))
    assert told(member_id) == [("tier_changed", "ordinary", "gold"), ("tier_changed", "gold", "silver")]
    assert Attribute.objects.get(member_id=member_id, name="tier").value == "silver"
    shown = get_tier(member_id, later + timedelta(hours=1))
    assert shown is not None
    assert (shown.name, shown.growth, shown.next_name, shown.missing, shown.adds) == (
        "Silver",
        290,
        "Gold",
        10,
        ["Own adviser"],
    )
    run(
        adjust_balance,
        account=of_member(member_id, GROWTH),
        amount=10,
        reason="kindness",
        evidence="T1",
        now=later + timedelta(hours=2),
    )
    run(refresh_tiers, now=later + timedelta(hours=2))
    assert level(member_id) == "gold"
    assert audit() == []


@pytest.mark.django_db
def test_a_year_passes_with_warning_renewal_and_end() -> None:
    make_growth()
    make_policy("yearly")
    kept, lost = make_member().id, make_member().id
    for member_id in (kept, lost):
        shop(member_id, 100)
    for days in (40, 80):
        shop(kept, 30, now=NOW + timedelta(days=days))
    for days in range(300, 400, 5):  # the job is late and irregular; nothing depends on it
        run(refresh_tiers, now=NOW + timedelta(days=days))
    assert told(kept) == [("tier_changed", "ordinary", "silver"), ("tier_kept", "", "silver")]
    assert told(lost) == [
        ("tier_changed", "ordinary", "silver"),
        ("tier_warned", "", "silver"),
        ("tier_changed", "silver", "ordinary"),
    ]
    # A year from noon on 1 March 2026 in Shanghai is over at the end of 1 March 2027.
    assert MemberTier.objects.get(pk=lost).since == datetime(2027, 3, 1, 16, tzinfo=UTC)
    assert MemberTier.objects.get(pk=kept).valid_until == datetime(2028, 3, 1, 16, tzinfo=UTC)


@pytest.mark.django_db
def test_the_next_policy_leaves_the_past_and_what_was_promised() -> None:
    make_growth()
    first = make_policy("half_year")
    member_id = make_member().id
    shop(member_id, 120)
    shop(member_id, 110, now=NOW + timedelta(days=9))
    change = NOW + timedelta(days=10)
    harder = tuple(LevelWording(code=each.code, name=each.name, enter=each.enter * 10) for each in LEVELS)
    with pytest.raises(LevelInUse):
        make_policy(levels=(harder[0], harder[2]), now=change)
    make_policy(levels=harder, now=change)
    with pytest.raises(TierPolicyNotDraft):
        run(publish_tier_policy, now=change, policy_id=first)
    run(refresh_tiers, now=change + timedelta(days=150))
    assert level(member_id) == "silver"
    run(refresh_tiers, now=change + timedelta(days=400))
    assert level(member_id) == "ordinary"


@pytest.mark.django_db
def test_merging_costs_nobody_their_tier() -> None:
    make_growth()
    make_policy("yearly")
    kept, merged = make_member().id, make_member().id
    shop(merged, 150)
    shop(kept, 20)
    later = NOW + timedelta(days=2)
    run(merge_members, kept_id=kept, merged_id=merged, now=later)
    run(refresh_tiers, now=later)
    shown = get_tier(kept, later)
    assert shown is not None
    assert (shown.code, shown.growth) == ("silver", 170)
    assert shown.valid_until == datetime(2027, 3, 1, 16, tzinfo=UTC)


@pytest.mark.django_db
def test_a_promise_holds_and_ends() -> None:
    make_growth()
    make_policy()
    member_id = make_member().id
    until = NOW + timedelta(days=30)
    promise: Any = {"member_id": member_id, "until": until, "reason": "partner"}
    assert run(promise_tier, **promise, level="gold") == "gold"
    assert Attribute.objects.get(member_id=member_id, name="tier").value == "gold"
    run(refresh_tiers, now=until)
    assert level(member_id) == "ordinary"
    with pytest.raises(NoSuchTier):
        run(promise_tier, **promise, level="platinum")
    with pytest.raises(PromiseOver):
        run(promise_tier, **promise, level="gold", now=until)


@pytest.mark.django_db
def test_birthday_gifts_come_once_whatever_the_birthday_becomes() -> None:
    make_growth()
    make_policy()
    silver, plain = (
        make_member(attributes={"birthday": "1990-03-02"}).id,
        make_member(attributes={"birthday": "3-2"}).id,
    )
    shop(silver, 150)
    day = datetime(2026, 3, 1, 16, tzinfo=UTC)  # 2 March has begun in Shanghai
    assert run(give_birthday_gifts, now=day - timedelta(seconds=1)) == 0
    assert run(give_birthday_gifts, now=day) == 2
    assert run(give_birthday_gifts, now=day) == 0
    assert [get_balance(of_member(each, POINTS)) for each in (silver, plain)] == [50, 10]
    # kept as a code, read in one's own language
    for language, words in (("en", "Birthday gift"), ("zh-hans", "生日礼")):
        with override(language):
            (line,) = describe_lines(list_statement(plain, "points"))
            assert line.reason == words
    run(change_attribute, member_id=plain, attribute="birthday", value="1990-06-01", now=day)
    assert run(give_birthday_gifts, now=datetime(2026, 6, 1, 4, tzinfo=UTC)) == 0
    assert run(give_birthday_gifts, now=datetime(2027, 3, 2, 4, tzinfo=UTC)) == 1


@pytest.mark.django_db
def test_a_birthday_that_moves_within_the_year_keeps_nobody_from_their_gift() -> None:
    make_policy()
    early, late = (
        make_member(attributes={"birthday": "1990-01-03"}).id,
        make_member(attributes={"birthday": "1990-12-20"}).id,
    )
    assert run(give_birthday_gifts, now=datetime(2027, 1, 3, 4, tzinfo=UTC)) == 1
    run(change_attribute, member_id=early, attribute="birthday", value="1990-12-20")
    for _again in range(2):
        run(give_birthday_gifts, now=datetime(2027, 12, 20, 4, tzinfo=UTC))
    assert [get_balance(of_member(each, POINTS)) for each in (early, late)] == [10, 10]


@pytest.mark.django_db
def test_whoever_was_merged_has_had_the_gift() -> None:
    make_policy()
    kept, merged = make_member().id, make_member(attributes={"birthday": "1990-03-02"}).id
    day = datetime(2026, 3, 2, 4, tzinfo=UTC)
    assert run(give_birthday_gifts, now=day) == 1
    run(merge_members, kept_id=kept, merged_id=merged, now=day)
    assert run(give_birthday_gifts, now=day) == 0


@pytest.mark.django_db
def test_nonsense_policies_are_refused() -> None:
    for wrong in (
        TierWording(preset="weekly", levels=LEVELS),
        TierWording(preset="yearly", levels=LEVELS[:1]),
        TierWording(preset="yearly", levels=LEVELS[1:]),
        TierWording(preset="yearly", levels=(LEVELS[0], LEVELS[0])),
        TierWording(preset="yearly", levels=LEVELS, grace_days=-1),
        TierWording(preset="yearly", levels=(LEVELS[0], LevelWording(code="<b>", name="x", enter=5))),
    ):
        with pytest.raises(TierPolicyWrong):
            run(write_tier_policy, wording=wrong)


def fill_growth(members: int, movements: int) -> None:
    """Write members with growth value straight into the book, as so many actions would have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_member (id, name, first_seen_at, created_at, is_staff)"
            " SELECT md5('m' || n)::uuid, '', %s, %s, false FROM generate_series(1, %s) n",
            [NOW, NOW, members],
        )
        cursor.execute(
            "INSERT INTO ledger_account (owner_kind, owner_id, asset, purpose, floor, balance, version)"
            " SELECT 'member', id, 'growth', 'member.available', 0, 0, %s FROM members_member",
            [movements],
        )
        cursor.execute(
            "INSERT INTO ledger_transaction (id, kind, reason, actor, command_id, business_at, recorded_at, policy_version)"
            " SELECT md5(a.id || '/' || n)::uuid, 'growth_granted', '', '', '', %s::timestamptz + n * interval '9 days',"
            "  %s::timestamptz + n * interval '9 days', 1"
            " FROM ledger_account a, generate_series(1, %s) n",
            [NOW, NOW, movements],
        )
        cursor.execute(
            "INSERT INTO ledger_posting (transaction_id, line, account_id, amount)"
            " SELECT md5(a.id || '/' || n)::uuid, 0, a.id, 1 + (a.id * 7 + n) %% (1 + a.id %% 80)"
            " FROM ledger_account a, generate_series(1, %s) n",
            [movements],
        )


def _seconds(members: int) -> float:
    make_policy("yearly")
    fill_growth(members, 8)
    began = perf_counter()
    seen = 0
    at = NOW + timedelta(days=100)
    while (done := run(refresh_tiers, now=at).members) > 0:
        seen += done
    assert seen == members == Member.objects.count()
    seconds = perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL statement_timeout = 0"
        )  # the check of a million new rows at the end takes its time
    return seconds


@pytest.mark.django_db
def test_many_members_at_once() -> None:
    _seconds(300)
    assert MemberTier.objects.values("level").distinct().count() == 3
    assert Event.objects.filter(name="tier_changed").exists()


@pytest.mark.full
@pytest.mark.timed
@pytest.mark.django_db
def test_a_hundred_thousand_members_in_seconds() -> None:
    seconds = _seconds(100_000)
    assert seconds < 60


@pytest.mark.django_db
@pytest.mark.parametrize("amount", [0, 130, 400])
def test_a_glance_at_a_tier_says_what_a_look_says(amount: int) -> None:
    make_growth()
    make_policy("half_year")
    member_id = make_member().id
    assert get_tier_at_a_glance(member_id, NOW - timedelta(days=1)) is None
    if amount:
        shop(member_id, amount, now=NOW + timedelta(hours=1))
    for now in (NOW + timedelta(hours=2), NOW + timedelta(days=400)):
        glance, look = get_tier_at_a_glance(member_id, now), get_tier(member_id, now)
        assert glance is not None
        assert {name: getattr(look, name) for name in vars(glance)} == vars(glance)
