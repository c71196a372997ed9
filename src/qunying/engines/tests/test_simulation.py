"""A simulated brand is what its truths say."""

import numpy as np
import pytest

from qunying.engines.simulation import HOUR_WEIGHTS, Kind, SimulatedBrand, Truths, simulate_brand


def a_year(*, seed: int, truths: Truths | None = None) -> SimulatedBrand:
    return simulate_brand(members=6_000, days=365, products=200, seed=seed, truths=truths)


def test_the_same_seed_gives_the_same_brand_and_another_one_another() -> None:
    first, again, other = (a_year(seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(first.minute, again.minute)
    assert np.array_equal(first.product, again.product)
    assert len(first.minute) != len(other.minute) or not np.array_equal(first.minute, other.minute)


def test_orders_come_at_the_rate_of_their_kind_and_communities_at_their_factor() -> None:
    always = Truths(kinds=(Kind("steady", 1.0, 0.5, 1e9),), community_factor=1.5, refund_share=0.0)
    brand = a_year(seed=1, truths=always)
    orders = np.bincount(brand.member[np.unique(brand.order, return_index=True)[1]], minlength=6_000)
    months_left = (365 * 1440 - brand.arrived) / 1440 / 30.4375
    rate = {
        inside: (orders[chosen] - 1).sum() / months_left[chosen].sum()
        for inside in (False, True)
        if (chosen := brand.is_in_community == inside).any()
    }
    assert rate[False] == pytest.approx(0.5, rel=0.05)
    assert rate[True] / rate[False] == pytest.approx(1.5, rel=0.06)


def test_hours_and_the_pair_are_as_planted() -> None:
    brand = a_year(seed=2, truths=Truths(refund_share=0.0))
    hours = np.bincount(brand.minute[np.unique(brand.order, return_index=True)[1]] // 60 % 24, minlength=24)
    assert np.argmax(hours) == np.argmax(HOUR_WEIGHTS) == 20
    assert hours / hours.sum() == pytest.approx(np.array(HOUR_WEIGHTS) / sum(HOUR_WEIGHTS), abs=0.01)
    anchor, companion = (set(brand.order[brand.product == code].tolist()) for code in brand.truths.pair)
    assert len(anchor & companion) / len(anchor) == pytest.approx(0.4, abs=0.05)


def test_a_return_takes_back_the_lines_of_its_order() -> None:
    brand = a_year(seed=3)
    returned = np.unique(brand.order[brand.quantity < 0])
    assert len(returned) / len(np.unique(brand.order)) == pytest.approx(0.04, abs=0.01)
    for order in returned[:50]:
        lines = brand.order == order
        assert brand.quantity[lines].sum() == 0
        assert (
            brand.minute[lines & (brand.quantity < 0)].min()
            > brand.minute[lines & (brand.quantity > 0)].max()
        )


@pytest.mark.parametrize(("members", "days", "products"), [(0, 10, 60), (10, 0, 60), (10, 10, 40)])
def test_sizes_out_of_range_are_refused(members: int, days: int, products: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        simulate_brand(members=members, days=days, products=products, seed=1)
