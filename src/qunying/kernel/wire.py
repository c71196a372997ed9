"""Types of what programs send: days and instants as ISO 8601 writes them, yes and no, numbers, texts, where a page begins, its length.

Plain ``date`` and ``datetime`` fields would also take bare numbers for seconds since 1970, and years whose
neighbours no calendar can hold.
"""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field, Strict

from qunying.kernel.paging import MAX_PAGE_SIZE

FIRST_YEAR, LAST_YEAR = 1900, 2199
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)


def _written_day(value: object) -> object:
    return _written(value, _DAY, date, "a day such as 2026-01-31")


def _written_instant(value: object) -> object:
    return _written(value, _INSTANT, datetime, "an instant such as 2026-01-31T18:00:00+08:00")


def _written(value: object, form: re.Pattern[str], kind: type, example: str) -> object:
    if isinstance(value, kind):
        return value
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError(f"must be {example}")
    if not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
        raise ValueError(f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return value


Day = Annotated[date, BeforeValidator(_written_day)]
Instant = Annotated[AwareDatetime, BeforeValidator(_written_instant)]
PLAIN = r"^[^\x00]*$"  # no text of the database can hold a NUL
# In JSON, where a number would else do for a yes, and a yes for a number.
YesNo = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Cursor = Annotated[str | None, Field(max_length=500)]
Limit = Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)]
