import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.burst import MAX_SCORE, burst, expected

counts = st.integers(0, 10_000)
past = st.lists(counts, min_size=1, max_size=40)


@given(counts, past)
def test_more_now_is_never_less_hot(recent, before):
    low, high = burst([recent, recent + 1], [before, before])
    assert 0 <= low <= high <= MAX_SCORE


@given(counts, past, st.integers(0, 39), st.integers(1, 1000))
def test_a_louder_past_never_makes_hotter(recent, before, place, more):
    louder = list(before)
    louder[place % len(before)] += more
    quiet, loud = burst([recent, recent], [before, louder])
    assert loud <= quiet + 1e-9


@given(st.integers(0, 100_000), st.integers(1, 60))
def test_the_usual_is_never_hot_however_large(level, windows):
    assert burst([level], [[level] * windows])[0] < 3 or windows < 7


@given(past)
def test_what_is_expected_lies_within_past_and_prior(before):
    (rate,) = expected([before])
    assert min([*before, 1]) - 1e-9 <= rate <= max([*before, 1]) + 1e-9


def test_planted_bursts_stand_out_among_large_and_noisy_topics():
    random = np.random.default_rng(7)
    levels = random.uniform(0.5, 800, 300)
    days = levels[:, None] * random.gamma(20, 1 / 20, (300, 29))  # real days differ by a fifth and more
    told = random.poisson(days)
    planted = [3, 77, 150]
    for place in planted:
        told[place, 0] = 6 * levels[place] + 15
    scores = burst(told[:, 0], told[:, 1:])
    assert sorted(np.argsort(-scores)[:3].tolist()) == planted
    others = np.delete(scores, planted)
    assert (others >= 3).mean() < 0.02


def test_newcomers_need_people_and_old_news_cool_down():
    new_small, new_large = burst([1, 20], np.zeros((2, 28)))
    assert new_small < 1.5 < 3 < new_large
    yesterday, last_month = np.zeros(28), np.zeros(28)
    yesterday[0], last_month[27] = 60, 60
    again, returns = burst([60, 60], [yesterday, last_month])
    assert again < returns


@pytest.mark.parametrize(
    ("recent", "before", "options"),
    [
        ([1], [1], {}),
        ([1, 2], [[1]], {}),
        ([-1], [[1]], {}),
        ([float("nan")], [[1]], {}),
        ([1], [[float("inf")]], {}),
        ([1], [[-1]], {}),
        ([1], [[1]], {"half_life": 0}),
        ([1], [[1]], {"spread": 0}),
    ],
)
def test_nonsense_is_refused(recent, before, options):
    with pytest.raises(ValueError, match=r"must|table"):
        burst(recent, before, **options)


def test_no_topics_have_no_scores():
    assert burst([], np.zeros((0, 28))).tolist() == []
