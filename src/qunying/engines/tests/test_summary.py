import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.summary import PairedSummary, Summary

amounts = st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=30)
pairs = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=40)


@given(amounts, amounts)
def test_summaries_add_up_exactly(first, second):
    both = Summary.of(first) + Summary.of(second)
    assert both == Summary.of(first + second)
    assert both.total_squares == sum(value * value for value in first + second)
    assert both.variance == pytest.approx(np.var(first + second, ddof=1), rel=1e-9)


@given(pairs, pairs)
def test_paired_summaries_add_up_exactly(first, second):
    def of(rows) -> PairedSummary:
        return PairedSummary.of([row[0] for row in rows], [row[1] for row in rows])

    both = of(first) + of(second)
    assert both == of(first + second)
    expected = np.cov(np.array(first + second).T)
    assert both.covariance == pytest.approx(expected[0, 1], abs=1e-9)
    assert both.outcome.variance == pytest.approx(expected[0, 0])
    assert both.before.variance == pytest.approx(expected[1, 1])


def test_large_money_loses_nothing():
    values = [10**12, 10**12 + 1, 10**12 + 2]
    assert Summary.of(values).variance == 1


def test_impossible_input_is_refused():
    with pytest.raises(ValueError, match="shape"):
        Summary.of([[1, 2]])
    with pytest.raises(ValueError, match="finite"):
        Summary.of([1.0, math.nan])
    with pytest.raises(ValueError, match="one earlier figure"):
        PairedSummary.of([1, 2], [1])
