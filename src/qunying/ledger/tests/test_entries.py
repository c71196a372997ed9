"""The bounds of what may be written into the book, whatever the balances are. No database is asked."""

from uuid import uuid4

import pytest

from qunying.ledger.accounts import POINTS, Purpose, money_asset, of_brand, of_campaign
from qunying.ledger.entries import (
    MAX_ENTRIES,
    MAX_LINES,
    MAX_MONEY,
    MAX_REASON,
    MAX_UNITS,
    AmountOutOfRange,
    Entry,
    Line,
    NewHold,
    ReasonNotFit,
    Release,
    Settlement,
    TooManyLines,
    UnbalancedEntry,
    check,
    check_amount,
    check_reason,
)

ISSUED, USED = of_brand(POINTS, Purpose.ISSUANCE), of_brand(POINTS, Purpose.REDEEMED)
BUDGET = of_campaign(uuid4(), "CNY")


def _moved(pairs):
    return (*[Line(ISSUED, -1)] * pairs, *[Line(USED, 1)] * pairs)


def _hold(amount=1):
    return NewHold(uuid4(), BUDGET, amount)


def test_the_largest_is_allowed_and_no_more():
    for asset, largest in ((POINTS, MAX_UNITS), (money_asset("CNY"), MAX_MONEY)):
        check_amount(largest, asset)
        for amount in (largest + 1, 0, -1):
            with pytest.raises(AmountOutOfRange):
                check_amount(amount, asset)
    check([Entry(kind="x", lines=_moved(MAX_LINES // 2), reason="r" * MAX_REASON)] * MAX_ENTRIES)
    with pytest.raises(TooManyLines):
        check([Entry(kind="x")] * (MAX_ENTRIES + 1))
    with pytest.raises(ReasonNotFit):
        check([Entry(kind="x", reason="r" * (MAX_REASON + 1))])


@pytest.mark.parametrize(
    ("lines_of_each", "more"),
    [
        (2, lambda count: {"holds": (_hold(),) * count}),
        (3, lambda count: {"settlements": (Settlement(uuid4(), 1, USED),) * count}),
        (2, lambda count: {"releases": (Release(uuid4()),) * count}),
    ],
)
def test_what_becomes_of_holds_counts_as_lines(lines_of_each, more):
    pairs = (MAX_LINES - 3 * lines_of_each) // 2
    check([Entry(kind="x", lines=_moved(pairs), **more(3))])
    with pytest.raises(TooManyLines):
        check([Entry(kind="x", lines=_moved(pairs), **more(4))])


def test_the_amount_of_a_hold_is_checked():
    for amount in (0, -1, MAX_MONEY + 1):
        with pytest.raises(AmountOutOfRange):
            check([Entry(kind="x", holds=(_hold(amount),))])


def test_neither_too_much_nor_too_little_balances():
    for total in (-1, 1):
        with pytest.raises(UnbalancedEntry):
            check([Entry(kind="x", lines=(Line(ISSUED, -5), Line(USED, 5 + total)))])


def test_a_contact_is_no_reason_and_an_id_is_no_contact():
    for text in (
        "call 13812345678",
        "+86 138-1234-5678",
        "x@y.cn",
        "penalty:13812345678",
        "8-1-1-1-13812345678a",
    ):
        with pytest.raises(ReasonNotFit):
            check_reason(text)
    for text in ("0195d1a2-7c3e-7b4f-9a5d-13812345678a", "0195d1a2-7c3e-7b4f-9a5d-a13812345678"):
        check_reason(f"penalty:{text}")
        with pytest.raises(ReasonNotFit):
            check_reason(f"{text} 13812345678")
