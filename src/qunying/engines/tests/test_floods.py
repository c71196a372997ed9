"""Too much of one author, and many authors at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.floods import beyond_limit, find_bursts

ROWS = st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 40)), max_size=40)


@given(ROWS, st.integers(1, 4), st.integers(0, 10))
def test_beyond_the_limit_as_counted_one_by_one(rows, limit, window):
    rows = sorted(
        set(rows), key=lambda row: row[1]
    )  # no author twice at one instant: which is the later would be arbitrary
    authors, times = [row[0] for row in rows], [row[1] for row in rows]
    expected = [
        who >= 0
        and sum(a == who and when - window <= t <= when for a, t in zip(authors, times, strict=True)) > limit
        for who, when in rows
    ]
    given_ = beyond_limit(np.array(authors, dtype=int), times, limit=limit, window=window)
    assert given_.tolist() == expected


@given(
    st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 4), st.integers(0, 30)), max_size=30),
    st.integers(2, 3),
    st.integers(0, 8),
)
def test_bursts_as_looked_for_one_by_one(rows, least, window):
    def arrays():
        return (np.array([row[column] for row in rows], dtype=int) for column in range(3))

    groups, authors, times = arrays()
    bursts = find_bursts(groups, authors, times, least_authors=least, window=window)
    in_bursts = {index for burst in bursts for index in burst.messages}
    expected = set()
    for group in range(3):
        for start in range(31):
            inside = [
                index
                for index, (what, who, when) in enumerate(rows)
                if what == group and who >= 0 and start <= when <= start + window
            ]
            if len({rows[index][1] for index in inside}) >= least:
                expected.update(inside)
    assert in_bursts == expected
    assert sum(len(burst.messages) for burst in bursts) == len(in_bursts)
    for burst in bursts:
        assert burst.authors == tuple(sorted({rows[index][1] for index in burst.messages}))
        assert {rows[index][0] for index in burst.messages} == {burst.group}


def test_two_bursts_of_one_text_are_two():
    bursts = find_bursts(
        [0] * 7, [1, 2, 3, 1, 2, 3, 9], [0, 1, 2, 50, 51, 52, 500], least_authors=3, window=5
    )
    assert [burst.messages for burst in bursts] == [(0, 1, 2), (3, 4, 5)]


@pytest.mark.parametrize(
    ("authors", "times", "options"),
    [
        ([1.5], [0], {"limit": 1, "window": 1}),
        ([1], [0, 1], {"limit": 1, "window": 1}),
        ([1], [float("nan")], {"limit": 1, "window": 1}),
        ([1], [0], {"limit": 0, "window": 1}),
        ([1], [0], {"limit": 1, "window": -1}),
    ],
)
def test_nonsense_is_refused(authors, times, options):
    with pytest.raises(ValueError, match=r"expected|finite|at least"):
        beyond_limit(authors, times, **options)
