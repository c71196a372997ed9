# ruff: noqa: DTZ001 - naive times are the subject here
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.normalise import (
    Unreadable,
    currency,
    date_orders,
    email,
    moment,
    money_minor,
    phone,
    text,
    to_utc,
)

LONDON = ZoneInfo("Europe/London")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("  群盈\u200b 商城\ufeff ", "群盈 商城"),
        ("ＡＢＣ　１２３", "ABC 123"),
        ("a\x00b\r\n\tc", "ab c"),
        ("\u202eevil\u2066", "evil"),
        ("👨‍👩‍👧 家", "👨‍👩‍👧 家"),
        ("a\u200db", "ab"),
        (" \u200b ", None),
        ("", None),
    ],
)
def test_text(given_text, expected):
    assert text(given_text) == expected


@given(st.text())
def test_text_is_stable(value):
    once = text(value)
    assert once is None or text(once) == once


@pytest.mark.parametrize(
    ("given_number", "expected"),
    [
        ("13800138000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+44 20 7946 0958", "+442079460958"),
        ("0044 (20) 7946-0958", "+442079460958"),
        ("+852 9123 4567", "+85291234567"),
        ("  ", None),
    ],
)
def test_phone(given_number, expected):
    assert phone(given_number) == expected
    if expected:
        assert phone(expected) == expected


@pytest.mark.parametrize(
    "number",
    [
        "12800138000",
        "1380013800",
        "138001380000",
        "010-12345678",
        "+1234",
        "+0123456789",
        "+8612",
        "abc",
        "1" * 40,
    ],
)
def test_no_phone(number):
    with pytest.raises(Unreadable) as caught:
        phone(number)
    assert (caught.value.code, caught.value.value) == ("phone", number)


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", "86", "+86", "0086", "+86 ", "86-"]),
)
def test_every_spelling_of_a_mobile_number_is_one_identity(number, prefix):
    assert phone(prefix + number) == "+86" + number


@pytest.mark.parametrize(
    ("given_address", "expected"),
    [
        (" Li.Lei@Example.COM ", "li.lei@example.com"),
        ("ｌｉ@example.com", "li@example.com"),
        ("li+vip@sub.example.co.uk", "li+vip@sub.example.co.uk"),
        ("li@例子.中国", "li@xn--fsqu00a.xn--fiqs8s"),
        ("李雷@example.com", "李雷@example.com"),
        ("", None),
    ],
)
def test_email(given_address, expected):
    assert email(given_address) == expected
    if expected:
        assert email(expected) == expected


@pytest.mark.parametrize(
    "address",
    ["li", "@example.com", "li@", "li@example", "a b@example.com", "li..lei@example.com", ".li@example.com",
     "li@-example.com", "li@exam_ple.com", "li@127.0.0.1", "a@b@example.com", "l" * 65 + "@example.com",
     "li@" + "a" * 64 + ".com", "li@example.com, lei@example.com", "li@a..com", "li@" + "a." * 200 + "com"],
)  # fmt: skip
def test_no_email(address):
    with pytest.raises(Unreadable, match="email"):
        email(address)


def test_currency():
    spellings = ["cny", "RMB", "￥", "¥", "元", "人民币", "$", "GBP ", "€", ""]
    assert [currency(value) for value in spellings] == [
        "CNY", "CNY", "CNY", "CNY", "CNY", "CNY", "USD", "GBP", "EUR", None,
    ]  # fmt: skip
    for wrong in ("XQZ", "yuan", "CN"):
        with pytest.raises(Unreadable, match="currency"):
            currency(wrong)


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("12.34", "CNY", 1_234),
        ("¥1,234.50", "CNY", 123_450),
        ("￥ 99元", "CNY", 9_900),
        ("-3", "GBP", -300),
        ("-£3.005", "GBP", -301),
        ("0.005", "GBP", 1),
        (2.675, "USD", 268),
        (Decimal("0.125"), "USD", 13),
        (7, "USD", 700),
        ("1500", "JPY", 1_500),
        ("1.2345", "KWD", 1_235),
        ("CNY 5", "CNY", 500),
        ("", "CNY", None),
    ],
)
def test_money(value, code, expected):
    assert money_minor(value, code) == expected


@pytest.mark.parametrize(
    "value",
    [
        "1,5",
        "1.234,5",
        "12,34,567",
        "abc",
        "1e5",
        "--1",
        "=1+1",
        "9" * 16,
        "\u0661\u0662",
        float("nan"),
        float("inf"),
        1e300,
    ],
)
def test_no_money(value):
    with pytest.raises(Unreadable, match="money"):
        money_minor(value, "CNY")


@given(st.decimals(-(10**9), 10**9, places=3))
def test_money_rounds_to_the_nearest(amount):
    minor = money_minor(str(amount), "CNY")
    assert minor is not None
    assert abs(minor - amount * 100) <= Decimal("0.5")
    assert money_minor(str(-amount), "CNY") == -minor


@pytest.mark.parametrize(
    ("written", "order", "expected"),
    [
        ("2011-12-09", "year_month_day", datetime(2011, 12, 9)),
        ("2011-12-09 08:26:00", "year_month_day", datetime(2011, 12, 9, 8, 26)),
        ("2011-12-09T08:26:00.123456789", "year_month_day", datetime(2011, 12, 9, 8, 26, 0, 123456)),
        ("2011-12-09T08:26:00Z", "year_month_day", datetime(2011, 12, 9, 8, 26, tzinfo=UTC)),
        ("2011-12-09 08:26+0800", "year_month_day", datetime(2011, 12, 9, 0, 26, tzinfo=UTC)),
        ("2011/12/9 8:26", "year_month_day", datetime(2011, 12, 9, 8, 26)),
        ("2011年12月9日", "year_month_day", datetime(2011, 12, 9)),
        ("2011年12月9日 8时26分05秒", "year_month_day", datetime(2011, 12, 9, 8, 26, 5)),
        ("２０１１年１２月９日　８：２６", "year_month_day", datetime(2011, 12, 9, 8, 26)),
        ("20111209", "year_month_day", datetime(2011, 12, 9)),
        ("20111209153000", "year_month_day", datetime(2011, 12, 9, 15, 30)),
        ("9/12/2011 8:26 PM", "day_month_year", datetime(2011, 12, 9, 20, 26)),
        ("09.12.11", "day_month_year", datetime(2011, 12, 9)),
        ("12/1/10 8:26", "month_day_year", datetime(2010, 12, 1, 8, 26)),
        ("12/1/99 12:05am", "month_day_year", datetime(1999, 12, 1, 0, 5)),
        ("", "year_month_day", None),
    ],
)
def test_moment(written, order, expected):
    found = moment(written, order)
    assert found == expected
    if found is not None and expected is not None:
        assert (found.tzinfo is None) == (expected.tzinfo is None)


@pytest.mark.parametrize(
    "written",
    ["2011-02-29", "2011-13-01", "2011-12-09 24:00", "2011-12-09 13:00 PM", "09/12/2011", "2011-12", "soon",
     "0000-01-01", "2011-12-09 08:26 +99:00"],
)  # fmt: skip
def test_no_moment(written):
    with pytest.raises(Unreadable, match="date"):
        moment(written, "year_month_day")


@given(st.datetimes(datetime(1970, 1, 1), datetime(2069, 12, 31)))
def test_every_written_moment_is_read_back(local):
    assert moment(local.isoformat(), "year_month_day") == local
    whole = local.replace(second=0, microsecond=0)
    assert moment(f"{whole:%Y年%m月%d日 %H:%M}", "year_month_day") == whole
    assert moment(f"{whole:%d/%m/%y %I:%M %p}", "day_month_year") == whole
    assert moment(f"{whole:%m-%d-%Y %H:%M}", "month_day_year") == whole


def test_the_order_is_found_or_left_to_who_knows():
    assert date_orders(["2011-12-09", "2011/1/2", ""]) == ["year_month_day"]
    assert date_orders(["1/2/2011", "25/2/2011"]) == ["day_month_year"]
    assert date_orders(["12/1/10 8:26", "12/31/10 8:26"]) == ["month_day_year"]
    assert date_orders(["1/2/2011"]) == ["day_month_year", "month_day_year"]
    assert date_orders(["25/2/2011", "2/25/2011"]) == []


def test_a_local_day_begins_in_its_zone():
    assert to_utc(datetime(2011, 12, 9), SHANGHAI) == datetime(2011, 12, 8, 16, tzinfo=UTC)
    aware = datetime(2011, 12, 9, tzinfo=LONDON)
    assert to_utc(aware, SHANGHAI) == datetime(2011, 12, 9, tzinfo=UTC)
    assert to_utc(aware, SHANGHAI).tzinfo is UTC


def test_skipped_and_repeated_hours():
    assert to_utc(datetime(2011, 3, 27, 1, 30), LONDON) == datetime(
        2011, 3, 27, 1, 30, tzinfo=UTC
    )  # shown as 2:30
    assert to_utc(datetime(2011, 10, 30, 1, 30), LONDON) == datetime(
        2011, 10, 30, 1, 30, tzinfo=UTC
    )  # the second


@given(
    st.integers(0, 2 * 365 * 24 * 4), st.sampled_from(["Europe/London", "America/New_York", "Asia/Shanghai"])
)
def test_duckdb_agrees_in_every_quarter_of_an_hour(quarters, zone):
    local = datetime(2011, 1, 1) + timedelta(minutes=15 * quarters)
    sql = "SELECT epoch_us($local::TIMESTAMP AT TIME ZONE $zone)"
    microseconds = CONNECTION.execute(sql, {"local": local.isoformat(), "zone": zone}).fetchall()[0][0]
    assert to_utc(local, ZoneInfo(zone)) == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        microseconds=microseconds
    )


CONNECTION = duckdb.connect(config={"threads": 1})
