from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.retention import Cohort, period_of, period_start, triangle

activity = st.lists(st.tuples(st.text("abcdef", min_size=1, max_size=2), st.integers(-3, 9)), max_size=60)


def obvious(rows, last_period=None) -> list[Cohort]:
    rows = [row for row in rows if last_period is None or row[1] <= last_period]
    active = defaultdict(set)
    for unit, period in rows:
        active[unit].add(period)
    end = max((period for _, period in rows), default=0) if last_period is None else last_period
    cohorts = []
    for start in sorted({min(periods) for periods in active.values()}):
        members = [unit for unit, periods in active.items() if min(periods) == start]
        retained = [sum(period in active[unit] for unit in members) for period in range(start, end + 1)]
        cohorts.append(Cohort(start, len(members), tuple(retained)))
    return cohorts


@given(activity, st.none() | st.integers(-4, 12))
def test_agrees_with_the_obvious_count(rows, last_period):
    units, periods = [row[0] for row in rows], [row[1] for row in rows]
    assert triangle(units, periods, last_period=last_period) == obvious(rows, last_period)


@given(activity)
def test_everybody_is_in_one_cohort_and_sizes_bound_the_rows(rows):
    cohorts = triangle([row[0] for row in rows], [row[1] for row in rows])
    assert sum(cohort.size for cohort in cohorts) == len({row[0] for row in rows})
    assert sum(sum(cohort.retained) for cohort in cohorts) == len(set(rows))
    assert all(cohort.retained[0] == cohort.size >= max(cohort.retained) for cohort in cohorts)


@given(st.dates(date(1899, 1, 1), date(2200, 1, 1)))
def test_a_day_lies_in_its_period(day):
    week = period_start(int(period_of([day], "week")[0]), "week")
    assert week == day - timedelta(days=day.weekday())
    month = period_start(int(period_of([day], "month")[0]), "month")
    assert month == day.replace(day=1)


def test_neighbouring_periods_have_neighbouring_numbers():
    assert period_of(["2011-12-31", "2012-01-01"], "month").tolist() == [503, 504]
    assert period_of(["1970-01-01", "1970-01-04", "1970-01-05"], "week").tolist() == [0, 0, 1]
    assert period_of(np.array(["2024-02-29T23:59"], "datetime64[m]"), "month").tolist() == [649]


def test_the_real_shop_keeps_its_first_cohort(online_retail):
    columns = online_retail.execute(
        """SELECT customer_id::BIGINT AS unit, invoice_date::DATE AS day FROM line
        WHERE quantity > 0 AND unit_price > 0 AND customer_id IS NOT NULL"""
    ).fetchnumpy()
    cohorts = triangle(columns["unit"], period_of(columns["day"], "month"))
    assert period_start(cohorts[0].start, "month") == date(2010, 12, 1)
    assert cohorts[0].size == 885
    assert cohorts[0].retained == (885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235)
    assert len(cohorts) == 13
    assert sum(cohort.size for cohort in cohorts) == 4_338


def test_nothing_and_nonsense():
    assert triangle([], []) == []
    assert triangle(["a"], [5], last_period=4) == []
    assert triangle(["a"], [5], last_period=7) == [Cohort(5, 1, (1, 0, 0))]
    with pytest.raises(ValueError, match="one unit and one period"):
        triangle(["a"], [1, 2])
