"""The ladder: whatever makes an offence worse never makes the answer milder."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.penalty_ladder import SEVERITIES, Ladder, Step, climb, end_of

AT = datetime(2026, 3, 1, tzinfo=UTC)
FACTORS = ("minors", "cheating", "accounts", "unknown")
HOUSE = Ladder(
    first=(Step.WARNING, Step.MUTE_1_DAY, Step.MUTE_7_DAYS, Step.MUTE_15_DAYS, Step.MUTE_FOREVER),
    steps_per_factor={"minors": 2, "cheating": 1, "accounts": 1},
    at_least={"minors": Step.MUTE_15_DAYS},
)

steps = st.sampled_from(Step)
moments = st.integers(-400, 400).map(lambda days: AT + timedelta(days=days))


@st.composite
def ladders(draw):
    first = tuple(sorted(draw(st.lists(steps, min_size=5, max_size=5))))
    floors = draw(st.dictionaries(st.sampled_from(FACTORS[:3]), steps))
    return Ladder(
        first=first,
        steps_per_repeat=draw(st.integers(0, 3)),
        memory=timedelta(days=draw(st.integers(0, 365))),
        steps_per_factor=draw(st.dictionaries(st.sampled_from(FACTORS[:3]), st.integers(0, 4))),
        at_least=floors,
        highest=draw(st.sampled_from([step for step in Step if step >= max([*first, *floors.values()])])),
    )


offences = st.fixed_dictionaries(
    {
        "severity": st.sampled_from(SEVERITIES),
        "earlier": st.lists(moments, max_size=6),
        "factors": st.frozensets(st.sampled_from(FACTORS)),
    }
)


def step_of(ladder, offence, **other):
    return climb(ladder, **{**offence, **other}, at=AT).step


@given(ladders(), offences)
def test_the_answer_is_a_rung_within_the_ladder(ladder, offence):
    answer = climb(ladder, **offence, at=AT)
    assert Step.WARNING <= answer.step <= ladder.highest
    assert answer.step >= ladder.first[offence["severity"] - 1]
    assert answer.reasons[-1].step == answer.step, "the reasons lead to the answer"


@given(ladders(), offences, st.sampled_from(SEVERITIES))
def test_a_graver_offence_is_never_answered_more_mildly(ladder, offence, severity):
    graver = max(severity, offence["severity"])
    assert step_of(ladder, offence, severity=graver) >= step_of(ladder, offence)


@given(ladders(), offences, moments)
def test_one_more_earlier_offence_never_lightens(ladder, offence, moment):
    assert step_of(ladder, offence, earlier=[*offence["earlier"], moment]) >= step_of(ladder, offence)


@given(ladders(), offences, st.sampled_from(FACTORS))
def test_an_aggravating_circumstance_never_lightens(ladder, offence, factor):
    assert step_of(ladder, offence, factors=offence["factors"] | {factor}) >= step_of(ladder, offence)


@given(ladders(), offences, st.randoms())
def test_the_order_in_which_things_are_told_does_not_matter(ladder, offence, chance):
    shuffled = list(offence["earlier"])
    chance.shuffle(shuffled)
    told = climb(ladder, **{**offence, "earlier": shuffled, "factors": list(offence["factors"])}, at=AT)
    assert told == climb(ladder, **offence, at=AT)


@given(ladders(), offences)
def test_what_lies_beyond_memory_or_in_the_future_does_not_count(ladder, offence):
    forgotten = [AT - ladder.memory, AT - ladder.memory - timedelta(days=1), AT + timedelta(seconds=1)]
    assert step_of(ladder, offence, earlier=[*offence["earlier"], *forgotten]) == step_of(ladder, offence)


@given(ladders(), offences)
def test_an_unknown_circumstance_weighs_nothing(ladder, offence):
    known = offence["factors"] - {"unknown"}
    assert step_of(ladder, offence, factors=known | {"unknown"}) == step_of(ladder, offence, factors=known)


def test_the_house_ladder():
    cases = [
        (1, 0, (), Step.WARNING),
        (1, 1, (), Step.MUTE_1_DAY),
        (2, 2, (), Step.MUTE_15_DAYS),
        (3, 0, ("cheating",), Step.MUTE_15_DAYS),
        (1, 0, ("minors",), Step.MUTE_15_DAYS),
        (5, 9, FACTORS, Step.REMOVAL),
    ]
    for severity, repeats, factors, expected in cases:
        earlier = [AT - timedelta(days=number + 1) for number in range(repeats)]
        assert climb(HOUSE, severity=severity, earlier=earlier, factors=factors, at=AT).step == expected


def test_reasons_tell_how_it_came_to_the_answer():
    answer = climb(HOUSE, severity=1, earlier=[AT - timedelta(days=3)], factors={"minors"}, at=AT)
    told = [(reason.kind, reason.name, reason.steps, reason.step) for reason in answer.reasons]
    assert told == [
        ("severity", "", 0, Step.WARNING),
        ("repeat", "", 1, Step.MUTE_1_DAY),
        ("factor", "minors", 2, Step.MUTE_15_DAYS),
    ]


def test_only_mutes_of_days_end_by_themselves():
    assert [end_of(step, AT) for step in (Step.WARNING, Step.MUTE_FOREVER, Step.REMOVAL)] == [None] * 3
    assert end_of(Step.MUTE_7_DAYS, AT) == AT + timedelta(days=7)


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": (Step.MUTE_1_DAY, Step.WARNING, Step.WARNING, Step.WARNING, Step.WARNING)},
        {"steps_per_repeat": -1},
        {"memory": timedelta(days=-1)},
        {"steps_per_factor": {"minors": -1}},
        {"highest": Step.WARNING},
        {"at_least": {"minors": Step.CLOSING}},
    ],
)
def test_a_policy_that_would_lighten_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        Ladder(**{"first": HOUSE.first, **wrong})


def test_there_is_no_other_severity():
    with pytest.raises(ValueError, match="severity"):
        climb(HOUSE, severity=6, earlier=[], factors=(), at=AT)
