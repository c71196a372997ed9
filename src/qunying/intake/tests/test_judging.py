"""Each row is accepted or rejected for a stated reason, and money adds up whatever the file holds."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.intake.orders.importing import Outcome
from qunying.intake.orders.mapping import MissingColumns, Options, checked_mapping
from qunying.intake.tests.conftest import NOW
from qunying.intake.tests.make import HEADER, make_csv, make_line
from qunying.kernel.actors import system
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import Identity
from qunying.shop.models import Order, OrderLine, RefundLine

pytestmark = pytest.mark.django_db

type Import = Callable[..., Outcome]


@pytest.fixture
def check(import_file: Import, tmp_path: Path) -> Callable[..., Outcome]:
    """Look at rows without writing anything."""

    def run(*rows: tuple[str, ...], **request: Any) -> Outcome:
        path = make_csv(tmp_path / "orders.csv", rows, header=request.pop("header", HEADER))
        return import_file(path, dry_run=True, **request)

    return run


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"invoice_no": ""}, "missing_value"),
        ({"stock_code": "", "description": ""}, "missing_value"),
        ({"quantity": ""}, "missing_value"),
        ({"unit_price": ""}, "missing_value"),
        ({"invoice_date": ""}, "missing_value"),
        ({"invoice_date": "soon"}, "bad_date"),
        ({"invoice_date": "2025-02-30"}, "bad_date"),
        ({"invoice_date": "1066-10-14"}, "date_out_of_range"),
        ({"invoice_date": "2036-01-01"}, "date_out_of_range"),
        ({"quantity": "two"}, "bad_number"),
        ({"quantity": "1.5"}, "not_whole"),
        ({"quantity": "=1+1"}, "bad_number"),
        ({"quantity": "99999999999999999999"}, "out_of_range"),
        ({"quantity": "20000000"}, "out_of_range"),
        ({"unit_price": "1e30"}, "out_of_range"),
        ({"unit_price": "99999999999"}, "out_of_range"),
        ({"unit_price": "free"}, "bad_number"),
        ({"unit_price": "-3"}, "negative_amount"),
        ({"quantity": "-2"}, "negative_quantity"),
        ({"quantity": "0"}, "zero_quantity"),
        ({"invoice_no": "C1001"}, "not_negative"),
        ({"invoice_no": "A1001"}, "ledger_adjustment"),
        ({"invoice_no": "1.23457E+17"}, "digits_lost"),
        ({"invoice_no": "9" * 201}, "too_long"),
        ({"description": "x" * 2001}, "too_long"),
        ({"customer_id": "a\x00b"}, "unreadable_characters"),
        ({"customer_id": "8"}, "other_customer"),
    ],
)
def test_a_bad_row_is_rejected_and_the_good_one_goes_in(
    check: Callable[..., Outcome], tmp_path: Path, changes: dict[str, str], reason: str
) -> None:
    found = check(make_line(), make_line(**changes))
    assert found.reasons == {reason: 1}
    assert (found.counts.rows, found.counts.accepted, found.counts.orders) == (2, 1, 1)
    assert found.errors_file is not None
    assert Path(found.errors_file).read_text("utf-8-sig").splitlines()[1].startswith("3,")


def test_the_error_file_names_row_column_value_and_reason(check: Callable[..., Outcome]) -> None:
    found = check(make_line(), make_line(unit_price="=cmd|' /C calc'!A0"))
    assert found.errors_file is not None
    header, line = Path(found.errors_file).read_text("utf-8-sig").splitlines()
    assert len(header.split(",")) == 6
    assert line.startswith("3,1001,unit_price,'=cmd|")
    assert line.endswith("bad_number")


def test_invoices_that_sell_nothing_are_rejected_whole(check: Callable[..., Outcome]) -> None:
    found = check(
        make_line(invoice_no="1", unit_price="0"),
        make_line(invoice_no="2", quantity="-5", unit_price="0"),
        make_line(invoice_no="3"),
        make_line(invoice_no="3", unit_price="0", stock_code="GIFT"),
    )
    assert found.reasons == {"stock_movement": 2}
    assert (found.counts.orders, found.counts.accepted) == (1, 2)


def test_repeats_are_kept_and_counted_or_dropped(check: Callable[..., Outcome]) -> None:
    rows = [make_line(), make_line(), make_line(quantity="3"), make_line()]
    kept = check(*rows)
    assert (kept.counts.repeated_lines, kept.counts.accepted, kept.counts.net_minor) == (2, 4, 3 * 700 + 1050)
    dropped = check(*rows, drop_repeats=True)
    assert dropped.reasons == {"repeated_line": 2}
    assert (dropped.counts.net_minor, dropped.counts.rejected_minor) == (700 + 1050, 2 * 700)


def test_lines_are_rounded_half_away_from_zero(check: Callable[..., Outcome]) -> None:
    found = check(
        make_line(invoice_no="1", quantity="1", unit_price="0.005"),
        make_line(invoice_no="2", quantity="3", unit_price="0.115"),
        make_line(invoice_no="C3", quantity="-1", unit_price="0.005"),
    )
    assert found.counts.net_minor == 1 + 35 - 1


def test_currencies_have_their_own_minor_units(check: Callable[..., Outcome]) -> None:
    header = (*HEADER, "currency")
    found = check(
        (*make_line(invoice_no="1", quantity="1", unit_price="100"), "JPY"),
        (*make_line(invoice_no="2", quantity="1", unit_price="100"), "人民币"),
        (*make_line(invoice_no="3", quantity="1", unit_price="100"), ""),
        (*make_line(invoice_no="3", quantity="1", unit_price="100"), "JPY"),
        (*make_line(invoice_no="4", quantity="1", unit_price="100"), "Taler"),
        header=header,
    )
    assert found.reasons == {"other_currency": 1, "unknown_currency": 1}
    assert found.counts.net_minor == 100 + 10_000 + 10_000


def test_a_known_order_does_not_change_its_currency(
    import_file: Import, tmp_path: Path, transactional_db: None
) -> None:
    path = make_csv(tmp_path / "orders.csv", [make_line()])
    import_file(path, currency="CNY")
    again = import_file(path, currency="GBP")
    assert again.reasons == {"other_currency": 1}
    assert Order.objects.get().total_minor == 700


@pytest.mark.parametrize(
    ("texts", "reading", "first"),
    [
        (["1/12/2010 8:26", "31/12/2010 8:26"], "day/month/year", "2010-12-01 00:26"),
        (["1/12/2010 8:26", "12/31/2010 8:26"], "month/day/year", "2010-01-12 00:26"),
        (["11/12/2010 8:26", "12/1/2010 9:00"], "month/day/year", "2010-11-12 00:26"),
        (["12/1/2010 8:26", "12/2/2010 9:00"], "month/day/year", "2010-12-01 00:26"),
        (["1/12/2010 8:26", "1/12/2010 9:00"], "day/month/year", "2010-12-01 00:26"),
        (["2010年12月1日 8时26分"], None, "2010-12-01 00:26"),
        (["2010年12月1日 下午4:26"], None, "2010-12-01 08:26"),
        (["2010-12-01T08:26:00+01:00"], None, "2010-12-01 07:26"),
        (["40513.351389"], None, "2010-12-01 00:26"),
        (["20101201082600"], None, "2010-12-01 00:26"),
        (["1291163160"], None, "2010-12-01 00:26"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_dates_are_read_in_many_spellings(
    import_file: Import, tmp_path: Path, texts: list[str], reading: str | None, first: str
) -> None:
    rows = [make_line(invoice_no=str(n), invoice_date=text) for n, text in enumerate(texts)]
    found = import_file(make_csv(tmp_path / "orders.csv", rows))
    assert found.counts.rejected == 0
    assert found.notes.get("dates") == reading
    placed_at = Order.objects.get(number="0").placed_at
    assert placed_at.replace(second=0) == datetime.fromisoformat(first).replace(tzinfo=UTC)


def test_dates_in_three_formats_live_in_one_column(check: Callable[..., Outcome]) -> None:
    found = check(
        make_line(invoice_no="1", invoice_date="2025-03-01 10:00"),
        make_line(invoice_no="2", invoice_date="31/3/2025 10:00"),
        make_line(invoice_no="3", invoice_date="2025年4月1日"),
        make_line(invoice_no="4", invoice_date="someday"),
    )
    assert (found.counts.orders, found.reasons) == (3, {"bad_date": 1})


def test_a_column_with_both_orders_rejects_what_could_be_either(check: Callable[..., Outcome]) -> None:
    found = check(
        make_line(invoice_no="1", invoice_date="31/3/2025"),
        make_line(invoice_no="2", invoice_date="3/31/2025"),
        make_line(invoice_no="3", invoice_date="4/5/2025"),
        make_line(invoice_no="4", invoice_date="5/5/2025"),
    )
    assert (found.counts.orders, found.reasons) == (3, {"ambiguous_date": 1})
    assert found.notes["dates"] == "mixed"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2011-03-27 00:59:59", "2011-03-27 00:59:59"),
        ("2011-03-27 01:30:00", "2011-03-27 01:30:00"),  # the clock skips it: an hour later on the wall
        ("2011-03-27 02:00:00", "2011-03-27 01:00:00"),
        ("2011-10-30 00:59:59", "2011-10-29 23:59:59"),
        ("2011-10-30 01:30:00", "2011-10-30 00:30:00"),  # the clock shows it twice: the first
        ("2011-10-30 02:00:00", "2011-10-30 02:00:00"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_clock_changes_are_read_like_the_standard_library(
    import_file: Import, tmp_path: Path, text: str, instant: str
) -> None:
    found = import_file(
        make_csv(tmp_path / "orders.csv", [make_line(invoice_date=text)]), zone="Europe/London"
    )
    assert Order.objects.get().placed_at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert ("times_in_clock_change" in found.notes) == (text == "2011-03-27 01:30:00")


@pytest.mark.parametrize(
    ("price", "other", "net"),
    [
        ("2,55", "10,00", 1255),
        ("1,234.50", "1", 123550),
        ("1.234,50", "1,00", 123550),
        ("¥12.50", "(3)", 1250),
        ("１２．５", "1", 1350),
    ],
)
def test_numbers_are_read_in_the_column_s_own_way(
    check: Callable[..., Outcome], price: str, other: str, net: int
) -> None:
    found = check(
        make_line(invoice_no="1", quantity="1", unit_price=price),
        make_line(invoice_no="2", quantity="1", unit_price=other),
    )
    assert found.counts.net_minor == net


def test_masked_names_are_nobody_in_particular(check: Callable[..., Outcome]) -> None:
    found = check(
        make_line(invoice_no="1", customer_id="张**"), make_line(invoice_no="2", customer_id="张**")
    )
    assert (found.counts.members, found.counts.anonymous_orders) == (0, 2)
    assert found.notes["masked_customers"] == "2"


def test_one_spelling_per_customer(check: Callable[..., Outcome]) -> None:
    found = check(
        make_line(invoice_no="1", customer_id="17850"),
        make_line(invoice_no="2", customer_id="17850.0"),
        make_line(invoice_no="3", customer_id=" １７８５０ "),
        make_line(invoice_no="4", customer_id='="17850"'),
    )
    assert found.counts.members == 1


@pytest.mark.django_db(transaction=True)
def test_an_order_s_amount_is_shared_out_to_the_last_cent(import_file: Import, tmp_path: Path) -> None:
    header = ("订单号", "商品", "商品数量(件)", "商家实收金额(元)", "支付时间", "订单状态")
    rows = [
        ("P-1", "茶杯", "1", "10.00", "2025-03-01 10:00:00", "已发货"),
        ("P-1", "茶壶", "1", "10.00", "2025-03-01 10:00:00", "已发货"),
        ("P-1", "茶叶", "1", "10.00", "2025-03-01 10:00:00", "已发货"),
        ("P-2", "茶叶", "1", "7.00", "2025-03-01 10:00:00", "待付款"),
    ]
    found = import_file(make_csv(tmp_path / "pdd.csv", rows, header=header, encoding="gbk"))
    assert found.mapping["options"]["source"] == "pinduoduo"
    assert (found.counts.net_minor, found.counts.rejected_minor, found.reasons) == (
        1000,
        700,
        {"not_paid": 1},
    )
    order = Order.objects.get()
    assert (order.source, order.channel, order.total_minor, order.units) == (
        "pinduoduo",
        "Pinduoduo",
        1000,
        3,
    )
    assert sorted(OrderLine.objects.values_list("amount_minor", flat=True)) == [333, 333, 334]


def test_missing_columns_are_named(check: Callable[..., Outcome]) -> None:
    with pytest.raises(MissingColumns) as raised:
        check(("1001", "x"), header=("invoice_no", "colour"))
    assert "colour" in str(raised.value)
    with pytest.raises(MissingColumns):
        check(make_line(), mapping=checked_mapping("", {"number": "nowhere"}, Options()))


_cell = st.one_of(
    st.sampled_from(
        [
            "",
            "1",
            "-1",
            "0",
            "2.5",
            "1e9",
            "C7",
            "A7",
            "7",
            "2025-01-01",
            "1/2/2025",
            "x",
            "=1",
            "\x00",
            "３",
            "9" * 25,
            '"',
            "\n",
        ]
    ),
    st.text(max_size=6),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*[_cell] * len(HEADER)), min_size=1, max_size=12))
def test_nothing_vanishes_whatever_the_cells_hold(
    import_file: Import, tmp_path: Path, rows: list[tuple[str, ...]]
) -> None:
    rows = [tuple(cell.encode("utf-8", "replace").decode() for cell in row) for row in rows]
    path = make_csv(tmp_path / "orders.csv", [make_line(), *rows, make_line()])
    counts = import_file(path, dry_run=True).counts
    assert counts.accepted + counts.rejected == counts.rows
    assert counts.accepted >= 2
    assert 2 <= counts.rows <= len(rows) + 2


@pytest.mark.parametrize("refund_first", [False, True])
def test_a_refund_finds_the_order_of_who_was_merged_in_between(
    import_file: Import, tmp_path: Path, refund_first: bool
) -> None:
    """The number of the customer leads to who they are now, and their orders lie where they were written."""
    order = make_csv(tmp_path / "order.csv", [make_line()])
    back = make_csv(
        tmp_path / "back.csv",
        [make_line(invoice_no="C1002", quantity="-1", invoice_date="2025-03-09 10:00:00")],
    )
    known = make_csv(tmp_path / "known.csv", [make_line(invoice_no="1009", customer_id="8")])
    import_file(known)
    import_file(back if refund_first else order)
    kept, merged = (Identity.objects.get(value__endswith=number).member_id for number in ("8", "7"))
    merge_members(command_id="m", actor=system("test"), now=NOW, kept_id=kept, merged_id=merged)
    import_file(order if refund_first else back)
    assert RefundLine.objects.get().order_line == OrderLine.objects.get(order__number="1001")
