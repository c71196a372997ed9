"""Points pay within every limit, are never worth more than the rate says, and none is given for nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.points_payment import PaymentTerms, asked_points, by_line, most_points

AMOUNTS = st.integers(0, 10**7)


@given(
    st.builds(
        PaymentTerms,
        minor_per_hundred=st.integers(1, 5_000),
        least_minor=st.integers(0, 10**5),
        share_basis_points=st.integers(1, 10_000),
        most_minor=st.none() | st.integers(1, 10**6),
    ),
    AMOUNTS,
    AMOUNTS,
    AMOUNTS,
    AMOUNTS,
)
def test_points_pay_within_every_limit(terms, one, other, available, asked):
    payable, goods = sorted((one, other))
    most = most_points(terms, goods, payable, available)
    for payment in (most, asked_points(terms, most, asked)):
        assert 0 <= payment.points <= available
        assert payment.off_minor * 10_000 <= payable * terms.share_basis_points
        assert terms.most_minor is None or payment.off_minor <= terms.most_minor
        assert payment.points * terms.minor_per_hundred // 100 == payment.off_minor
        assert (
            payment.points == 0 or (payment.points - 1) * terms.minor_per_hundred // 100 < payment.off_minor
        )
    assert asked_points(terms, most, asked).points <= asked
    parts = by_line(most, [payable // 3, payable - payable // 3])
    assert [sum(part) for part in zip(*parts, strict=True)] == [most.points, most.off_minor]
    if goods < terms.least_minor:
        assert (most.points, most.missing_minor) == (0, terms.least_minor - goods)


@pytest.mark.parametrize(
    ("terms", "goods", "payable", "available", "said"),
    [
        (PaymentTerms(100), 5_000, 5_000, 9_000, (5_000, 5_000, "all_paid")),
        (PaymentTerms(100, share_basis_points=5_000), 5_000, 4_000, 9_000, (2_000, 2_000, "share")),
        (PaymentTerms(50, most_minor=300), 5_000, 5_000, 9_000, (600, 300, "amount")),
        (PaymentTerms(1_000), 5_000, 55, 9_000, (5, 50, "all_paid")),
        (PaymentTerms(30), 5_000, 5_000, 184, (184, 55, "balance")),
        (PaymentTerms(30), 5_000, 5_000, 183, (180, 54, "balance")),
        (PaymentTerms(100, least_minor=6_000), 5_000, 5_000, 9, (0, 0, "below_least")),
        (PaymentTerms(100), 5_000, 0, 9, (0, 0, "no_product")),
    ],
)
def test_what_points_pay_and_why_not_more(terms, goods, payable, available, said):
    most = most_points(terms, goods, payable, available)
    assert (most.points, most.off_minor, most.reason) == said


def test_nonsense_is_refused():
    for wrong in (
        {"minor_per_hundred": 0},
        {"share_basis_points": 0},
        {"most_minor": 0},
        {"least_minor": -1},
    ):
        with pytest.raises(ValueError, match=r"hundred|share|most"):
            PaymentTerms(**{"minor_per_hundred": 100, **wrong})
