"""Days and instants from programs."""

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from qunying.kernel.wire import Day, Instant

days = TypeAdapter(Day)
instants = TypeAdapter(Instant)


def test_iso_is_read() -> None:
    assert days.validate_python("2026-01-31") == date(2026, 1, 31)
    assert instants.validate_python("2026-01-31T18:00:00+08:00") == datetime(2026, 1, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [0, "0", 1.5, "2026-02-30", "0001-01-01", "9999-12-31", "2026-01-31T00:00:00", "\0", None]
)
def test_anything_else_is_no_day(value: object) -> None:
    with pytest.raises(ValidationError):
        days.validate_python(value)


@pytest.mark.parametrize(
    "value", [0, "1700000000", "2026-01-31", "2026-01-31T18:00:00", "0001-01-01T00:00:00Z", None]
)
def test_an_instant_names_its_offset(value: object) -> None:
    with pytest.raises(ValidationError):
        instants.validate_python(value)
