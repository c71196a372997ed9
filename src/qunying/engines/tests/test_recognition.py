import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.recognition import recognition, wilson_lower

speaker = st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(0, 5000)).map(
    lambda given: (given[0], min(given[1], given[2]), given[2])
)


def score(people, responded, spoken):
    return float(recognition([people], [responded], [spoken])[0])


@given(speaker)
def test_it_lies_between_nothing_and_the_people(given):
    people, responded, spoken = given
    assert 0 <= score(people, responded, spoken) <= people
    assert score(0, responded, spoken) == 0


@given(speaker, st.integers(1, 1000))
def test_saying_more_to_which_nobody_responds_never_helps(given, ignored):
    people, responded, spoken = given
    assert score(people, responded, spoken + ignored) <= score(people, responded, spoken) + 1e-9


@given(speaker, st.integers(1, 100))
def test_more_different_people_never_hurt(given, more):
    people, responded, spoken = given
    assert score(people + more, responded, spoken) >= score(people, responded, spoken)


def test_the_talker_does_not_win():
    talker = score(people=100, responded=300, spoken=10_000)
    helper = score(people=30, responded=30, spoken=60)
    couple = score(people=1, responded=900, spoken=900)
    lucky = score(people=2, responded=1, spoken=1)
    assert helper > talker
    assert helper > couple
    assert helper > lucky


def test_the_interval_is_wilsons():
    # From E. B. Wilson's formula by hand: 15 of 20.
    assert wilson_lower([15], [20])[0] == pytest.approx(0.5313, abs=1e-4)
    assert wilson_lower([0, 0], [0, 10]).tolist() == [0.0, pytest.approx(0.0)]


@pytest.mark.parametrize(
    "given", [([1], [1], [0]), ([-1], [0], [0]), ([1, 2], [1], [1]), ([1], [1], [np.nan])]
)
def test_nonsense_is_refused(given):
    with pytest.raises(ValueError, match=r"counts|lists"):
        recognition(*given)
