"""Tiers through time: the four patterns, against an obvious reference, whatever the job's hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunying.engines import tier_policy as tiers
from qunying.engines import tier_presets
from qunying.engines.tier_policy import Dated, Level, Movement, Policy, Standing, advance, next_check, start

ZONE = "Asia/Shanghai"
T0 = datetime(2026, 1, 1, 4, tzinfo=UTC)
LEVELS = (Level("ordinary", 0), Level("silver", 100, 60), Level("gold", 300, 200))
PRESETS = {
    "immediate": tier_presets.immediate(LEVELS),
    "half_year": tier_presets.half_year(LEVELS),
    "yearly": tier_presets.yearly(LEVELS, keep_orders=1),
    "rolling": tier_presets.rolling_quarter(LEVELS),
}


def day(number: float) -> datetime:
    return T0 + timedelta(days=number)


def buy(number: float, growth: int) -> Movement:
    return Movement(day(number), growth, 1)


def back(number: float, growth: int, of: float, orders: int = 0) -> Movement:
    return Movement(day(number), -growth, -orders, origin=day(of))


def walk(
    policy: Policy, movements: list[Movement], until: float
) -> tuple[Standing, list[tuple[str, str, str]]]:
    dated = [Dated(1, T0, policy)]
    standing, changes = advance(dated, start(dated[0]), movements, day(until), ZONE)
    return standing, [(f"{(each.at - T0).days}", each.kind, each.new) for each in changes]


def test_a_a_return_lowers_the_tier_at_once() -> None:
    standing, story = walk(PRESETS["immediate"], [buy(1, 320), back(5, 30, 1), buy(9, 10)], 10)
    assert story == [("1", "upgraded", "gold"), ("5", "downgraded", "silver"), ("9", "upgraded", "gold")]
    assert standing.valid_until is None


def test_b_six_months_count_anew_after_an_upgrade_and_a_late_return_stops_at_zero() -> None:
    policy = PRESETS["half_year"]
    # Silver on day 2; the 90 of before do not help towards gold. A return of what had earned silver stops at zero.
    moves = [buy(1, 90), buy(2, 20), back(10, 110, 1), buy(20, 70)]
    standing, story = walk(policy, moves, 100)
    assert story == [("2", "upgraded", "silver")]
    assert tiers.growth_to_keep(policy, standing, moves, day(100)) == (70, 1)
    assert standing.valid_until == datetime(2026, 7, 3, 16, tzinfo=UTC)  # the end of 3 July in Shanghai
    kept, story = walk(policy, moves, 185)
    assert story[1:] == [("183", "kept", "silver")]
    assert kept.period_start == standing.valid_until
    lost, story = walk(policy, moves[:3], 185)
    assert story[1:] == [("153", "warned", "silver"), ("183", "downgraded", "ordinary")]
    assert lost.since == standing.valid_until
    assert walk(policy, moves[:3], 170)[0].is_warned
    assert not walk(policy, moves, 170)[0].is_warned  # enough is there by then: nothing ends
    patient = replace(policy, warning_days=0, grace_days=7)
    assert walk(patient, moves[:3], 185)[0].is_warned  # in its grace


def test_c_a_year_is_kept_with_half_of_the_entry_and_orders() -> None:
    policy = PRESETS["yearly"]
    few = [buy(1, 100), buy(30, 49)]
    enough = [buy(1, 100), buy(30, 25), buy(40, 25)]
    one_order = [buy(1, 100), Movement(day(30), 50, 0)]
    assert walk(policy, few, 367)[1][-1] == ("366", "downgraded", "ordinary")
    assert walk(policy, enough, 367)[1][-1] == ("366", "kept", "silver")
    assert walk(policy, one_order, 367)[1][-1] == ("366", "downgraded", "ordinary")
    # Gold is not kept, but what was earned keeps silver.
    gold = [buy(1, 300), buy(30, 60), buy(31, 10)]
    assert walk(policy, gold, 367)[1][-1] == ("366", "downgraded", "silver")


def test_d_the_last_ninety_days_with_a_week_to_stay() -> None:
    policy = PRESETS["rolling"]
    standing, story = walk(policy, [buy(1, 110)], 95)
    assert story == [("1", "upgraded", "silver"), ("91", "grace_began", "silver")]
    assert standing.grace_until == datetime(2026, 4, 9, 16, tzinfo=UTC)
    assert walk(policy, [buy(1, 110)], 100)[1][-1] == ("98", "downgraded", "ordinary")
    assert walk(policy, [buy(1, 110), buy(95, 100)], 100)[1][-1] == ("95", "grace_ended", "silver")
    # A return leaves the window together with what it returns.
    moves = [buy(1, 50), buy(80, 100), back(85, 50, 1)]
    assert tiers.growth_to_enter(policy, standing, moves, day(92)) == (100, 1)


def test_a_new_policy_changes_what_comes_not_what_was_promised() -> None:
    old, harder = (
        PRESETS["half_year"],
        tier_presets.half_year([Level("ordinary", 0), Level("silver", 500, 400)]),
    )
    dated = [Dated(1, T0, old), Dated(2, day(50), harder)]
    moves = [buy(1, 100), buy(20, 70)]
    before, story = advance(dated[:1], start(dated[0]), moves, day(49), ZONE)
    after, more = advance(dated, before, moves, day(180), ZONE)
    assert (after.level, more, len(story)) == ("silver", [], 1)
    renewed, more = advance(dated, after, moves, day(184), ZONE)
    assert [each.kind for each in more] == ["kept"]  # judged as promised
    assert renewed.policy == 2
    _lost, more = advance(dated, renewed, moves, day(400), ZONE)
    assert [each.kind for each in more] == ["warned", "downgraded"]
    easier = tier_presets.immediate([Level("ordinary", 0), Level("silver", 10)])
    first = [Dated(1, T0, PRESETS["immediate"]), Dated(2, day(5), easier)]
    _, story = advance(first, start(first[0]), [buy(1, 20)], day(9), ZONE)
    assert [(each.at, each.new) for each in story] == [(day(5), "silver")]


def test_a_promised_level_holds_until_its_day() -> None:
    dated = [Dated(1, T0, PRESETS["immediate"])]
    promised = replace(start(dated[0]), floor="gold", floor_until=day(30))
    standing, story = advance(dated, promised, [buy(3, 120)], day(40), ZONE)
    assert [(each.kind, each.new) for each in story] == [("upgraded", "gold"), ("downgraded", "silver")]
    assert standing.floor == ""


def test_nonsense_is_refused() -> None:
    for wrong in (
        lambda: Policy(()),
        lambda: Policy((Level("a", 5),)),
        lambda: Policy((Level("a", 0), Level("b", 0))),
        lambda: Policy((Level("a", 0), Level("b", 10, 20))),
        lambda: Policy(LEVELS, "rolling"),
        lambda: Policy(LEVELS, "period", days=3),
    ):
        with pytest.raises(ValueError, match=r"."):
            wrong()


movements = st.lists(
    st.tuples(
        st.integers(1, 4200).map(lambda tenths: tenths / 10),
        st.integers(1, 160),
        st.booleans(),
        st.integers(1, 2000).map(lambda tenths: tenths / 10),
    ),
    max_size=7,
).map(
    lambda rows: sorted(
        [buy(at, growth) for at, growth, _returned, _later in rows]
        + [back(at + later, growth, at, 1) for at, growth, returned, later in rows if returned],
        key=lambda each: each.at,
    )
)
policies = st.sampled_from(sorted(PRESETS))
moments = st.lists(st.integers(0, 9000).map(lambda tenths: tenths / 10), max_size=5).map(sorted)


@settings(max_examples=100, deadline=None)
@given(policies, policies, st.integers(1, 4000).map(lambda tenths: tenths / 10), movements, moments)
def test_it_does_not_matter_when_it_is_asked(
    name: str, later: str, change: float, moves: list[Movement], stops: list[float]
) -> None:
    dated = [Dated(1, T0, PRESETS[name]), Dated(2, day(change), PRESETS[later])]
    whole, story = advance(dated, start(dated[0]), moves, day(1_000), ZONE)
    standing, told = start(dated[0]), []
    for stop in [*stops, 1_000]:
        known = [each for each in moves if each.at <= day(stop)]
        seen = [each for each in dated if each.since <= day(stop)]
        due = next_check(seen, standing, known)
        standing, changes = advance(seen, standing, known, day(stop), ZONE)
        told += changes
        assert not changes or (due is not None and due <= changes[0].at) or changes[0].at == T0
    assert (standing, told) == (whole, story)


def reference(policy: Policy, moves: list[Movement], until: float) -> str:
    """Say the level of a policy without periods by its definition, from scratch, an hour at a time."""
    level, below_since = 0, None
    at = T0
    while at <= day(until):
        since = (
            at - timedelta(days=policy.days)
            if policy.window == "rolling"
            else datetime.min.replace(tzinfo=UTC)
        )
        if policy.window == "rolling":
            counted = [each for each in moves if each.at <= at and (each.origin or each.at) > since]
            growth = max(0, sum(each.growth for each in counted))
        else:
            growth = 0
            for each in moves:
                if each.at <= at:
                    growth = max(0, growth + each.growth)
        entered = max(place for place, each in enumerate(policy.levels) if growth >= each.enter)
        if entered > level:
            level, below_since = entered, None
        elif growth >= policy.levels[level].keep or level == 0:
            below_since = None
        elif below_since is None and policy.grace_days:
            local_day = (at + timedelta(hours=8)).replace(hour=0, minute=0, second=0, microsecond=0)
            below_since = local_day + timedelta(days=policy.grace_days + 1) - timedelta(hours=8)
        elif below_since is None or at >= below_since:
            level, below_since = (
                max(place for place, each in enumerate(policy.levels[:level]) if growth >= each.keep),
                None,
            )
        at += timedelta(hours=1)
    return policy.levels[level].code


hourly = st.lists(
    st.tuples(st.integers(1, 24 * 60), st.integers(1, 200), st.booleans(), st.integers(1, 24 * 40)),
    max_size=4,
).map(
    lambda rows: sorted(
        [buy(hour / 24, growth) for hour, growth, _r, _l in rows]
        + [
            back((hour + later) / 24, growth, hour / 24) for hour, growth, returned, later in rows if returned
        ],
        key=lambda each: each.at,
    )
)


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(["immediate", "rolling"]), hourly, st.integers(1, 24 * 120))
def test_levels_without_periods_follow_their_definition(name: str, moves: list[Movement], hours: int) -> None:
    policy = PRESETS[name]
    assert walk(policy, moves, hours / 24)[0].level == reference(policy, moves, hours / 24)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["half_year", "yearly"]), movements)
def test_nobody_loses_a_level_before_its_period_is_over(name: str, moves: list[Movement]) -> None:
    dated = [Dated(1, T0, PRESETS[name])]
    standing = start(dated[0])
    for number in range(0, 900, 37):
        before = standing
        standing, changes = advance(dated, standing, moves, day(number), ZONE)
        for each in changes:
            if each.kind == "downgraded" and before.valid_until is not None:
                assert each.at >= before.valid_until or any(
                    other.kind in {"upgraded", "kept"} for other in changes
                )
