from uuid import UUID

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.assignment import Share, assign, assign_many, bucket, ordered

HALVES = [Share("control", 5_000), Share("treated", 5_000)]
TENTH = [Share("control", 1_000), Share("treated", 9_000)]


def ids(count: int) -> list[str]:
    return [str(UUID(int=number)) for number in range(count)]


@st.composite
def shares(draw):
    cuts = sorted(draw(st.sets(st.integers(1, 9_999), max_size=4)))
    sizes = [high - low for low, high in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    names = draw(st.lists(st.text(min_size=1), min_size=len(sizes), max_size=len(sizes), unique=True))
    return [Share(name, size) for name, size in zip(names, sizes, strict=True)]


@given(shares(), st.lists(st.uuids(), unique=True, max_size=30), st.text(min_size=1), st.randoms())
def test_order_and_growth_move_nobody(arms, units, salt, random):
    before = dict(zip(units, assign_many(units, salt, arms), strict=True))
    random.shuffle(units)
    random.shuffle(arms)
    grown = [*units, *(UUID(int=number) for number in range(5))]
    after = dict(zip(grown, assign_many(grown, salt, arms), strict=True))
    assert {unit: after[unit] for unit in before} == before
    assert all(assign(unit, salt, arms) == arm for unit, arm in before.items())


@given(st.uuids(), st.text(min_size=1))
def test_a_uuid_and_its_text_are_one_unit(unit, salt):
    assert bucket(unit, salt) == bucket(str(unit), salt) == bucket(str(unit).upper(), salt)


def test_known_buckets_never_change():
    # Stored assignments must be reproducible for ever: a changed figure here breaks running campaigns.
    assert [bucket(unit, "spring") for unit in ids(5)] == [7275, 4977, 6227, 25, 9784]


def test_duckdb_computes_the_same_buckets():
    units = ids(200)
    sql = "SELECT ('0x' || left(sha256('s盐:' || id), 15))::BIGINT % 10000 FROM unnest($ids) t(id)"
    rows = duckdb.connect().execute(sql, {"ids": units}).fetchall()
    assert [row[0] for row in rows] == [bucket(unit, "s盐") for unit in units]


@pytest.mark.parametrize("arms", [HALVES, TENTH, [Share("a", 3_334), Share("b", 3_333), Share("c", 3_333)]])
@pytest.mark.parametrize("salt", ["one", "two", "three"])
def test_shares_are_met(arms, salt):
    count = 40_000
    assigned = assign_many(ids(count), salt, arms)
    for arm in arms:
        share = arm.basis_points / 10_000
        deviation = assigned.count(arm.name) - count * share
        assert abs(deviation) < 4 * (count * share * (1 - share)) ** 0.5


def test_buckets_are_uniform():
    counts = [0] * 100
    for unit in ids(100_000):
        counts[bucket(unit, "uniform") // 100] += 1
    chi_square = sum((count - 1_000) ** 2 / 1_000 for count in counts)
    assert 50 < chi_square < 170  # 99 degrees of freedom: five standard deviations below, p = 1e-5 above


def test_salts_are_independent():
    first, second = (assign_many(ids(20_000), salt, HALVES) for salt in ("first", "second"))
    both = sum(a == b == "treated" for a, b in zip(first, second, strict=True))
    assert abs(both - 5_000) < 4 * (20_000 * 0.25 * 0.75) ** 0.5


def test_a_growing_holdout_keeps_its_members():
    small = assign_many(ids(5_000), "salt", TENTH)
    large = assign_many(ids(5_000), "salt", [Share("control", 2_000), Share("treated", 8_000)])
    assert all(after == "control" for before, after in zip(small, large, strict=True) if before == "control")


@pytest.mark.parametrize(
    "arms",
    [[], [Share("a", 9_999)], [Share("a", 5_000), Share("a", 5_000)], [Share("a", 6_000), Share("b", 5_000)]],
)
def test_shares_that_do_not_fit_are_refused(arms):
    with pytest.raises(ValueError, match=r"name|add up"):
        ordered(arms)


def test_empty_names_salts_and_ids_are_refused():
    with pytest.raises(ValueError, match="name"):
        Share("", 5_000)
    with pytest.raises(ValueError, match="basis points"):
        Share("a", 0)
    with pytest.raises(ValueError, match="empty"):
        assign("unit", "", HALVES)
    with pytest.raises(ValueError, match="empty"):
        assign("", "salt", HALVES)
