"""The health score: its parts, what is not known, and concentration against the obvious double sum."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.community_health import MARKS, Figures, gini, rank_by_score, score

WELL = Figures(
    days=30, people_before=400, people=420, joined=25, left=5, members=300, active=140, buyers=70,
    messages=900, speakers=60, spoken_days=30, openers=200, answered=170, reply_minutes=12.0, gini=0.5,
)  # fmt: skip
POOR = replace(
    WELL, people=300, joined=2, left=102, active=6, buyers=0, messages=40, speakers=2, spoken_days=6,
    openers=35, answered=1, reply_minutes=2000.0, gini=0.94,
)  # fmt: skip

counts = st.integers(0, 500)


@st.composite
def figures(draw: st.DrawFn) -> Figures:
    return Figures(
        days=draw(st.integers(1, 90)),
        **{
            name: draw(counts)
            for name in ("people_before", "people", "joined", "left", "members", "active", "buyers")
        },
        messages=draw(st.none() | counts),
        speakers=draw(counts),
        spoken_days=draw(st.integers(0, 90)),
        openers=draw(counts),
        answered=draw(counts),
        reply_minutes=draw(st.none() | st.floats(0, 1e6)),
        gini=draw(st.none() | st.floats(0, 1)),
    )


def test_the_weights_add_up_to_one() -> None:
    assert sum(weight for weight, _poor, _good in MARKS.values()) == pytest.approx(1)


def test_good_and_poor_communities() -> None:
    well, poor = score(WELL), score(POOR)
    assert well.level == "healthy"
    assert poor.level == "weak"
    assert well.known == poor.known == pytest.approx(1)


@given(figures())
def test_the_score_is_the_mean_of_its_known_parts(found: Figures) -> None:
    result = score(found)
    for part in result.parts:
        assert part.points is None or 0 <= part.points <= 100
    if result.total is not None:
        known = [(part.points, part.weight) for part in result.parts if part.points is not None]
        obvious = sum(points * weight for points, weight in known) / sum(weight for _points, weight in known)
        assert result.total == pytest.approx(obvious)
        assert 0 <= result.total <= 100 + 1e-9


def test_without_messages_the_talk_is_left_out_and_not_counted_as_silence() -> None:
    quiet = score(replace(WELL, messages=None, reply_minutes=None, gini=None))
    points = {part.key: part.points for part in quiet.parts}
    assert points["voices"] is points["steadiness"] is points["answers"] is None
    assert quiet.known == pytest.approx(0.55)
    assert quiet.total is not None


def test_nobody_is_no_community() -> None:
    empty = Figures(days=30, people_before=0, people=0, joined=0, left=0, members=0, active=0, buyers=0)
    assert score(empty).total is None
    assert score(empty).level == "unknown"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"left": 60}, "loyalty"),
        ({"speakers": 10}, "voices"),
        ({"answered": 20}, "answers"),
        ({"reply_minutes": 900.0}, "speed"),
        ({"gini": 0.9}, "spread"),
        ({"spoken_days": 5}, "steadiness"),
        ({"buyers": 5}, "conversion"),
        ({"active": 10}, "activity"),
        ({"joined": 0}, "growth"),
    ],
)
def test_each_part_feels_what_it_is_about(change: dict[str, Any], part: str) -> None:
    before = {one.key: one.points for one in score(WELL).parts}
    after = {one.key: one.points for one in score(replace(WELL, **change)).parts}
    assert after[part] < before[part]  # type: ignore[operator]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_concentration_is_the_obvious_mean_difference(found: list[int]) -> None:
    result = gini(found)
    if not sum(found):
        assert result is None
        return
    size, mean = len(found), sum(found) / len(found)
    obvious = sum(abs(a - b) for a in found for b in found) / (2 * size * size * mean)
    assert result == pytest.approx(obvious, abs=1e-9)


def test_concentration_at_its_ends() -> None:
    assert gini([7, 7, 7]) == pytest.approx(0)
    assert gini([0] * 99 + [5]) == pytest.approx(0.99)
    assert gini([]) is None


@pytest.mark.parametrize("counts", [[-1.0], [float("nan")], [[1.0]]])
def test_rubbish_is_refused(counts: list[Any]) -> None:
    with pytest.raises(ValueError, match="one count"):
        gini(counts)
    with pytest.raises(ValueError, match="days"):
        score(replace(WELL, days=0))


def test_the_worst_come_first_and_the_unknown_last() -> None:
    unknown = score(
        Figures(days=1, people_before=0, people=0, joined=0, left=0, members=0, active=0, buyers=0)
    )
    assert rank_by_score([unknown, score(WELL), score(POOR)]) == [2, 1, 0]
