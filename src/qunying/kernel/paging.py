"""Pages by cursor: stable under inserts, no counting, no deep offsets."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem

MAX_PAGE_SIZE = 200


class BadCursor(Problem):
    """The cursor is not one that we gave out."""

    code = "bad_cursor"
    kind = Kind.INVALID
    message = _("This page cursor is not valid. Start again from the first page.")


@dataclass(frozen=True)
class Page[M: Model]:
    """One page of rows and the cursor of the next one (None on the last)."""

    rows: list[M]
    next_cursor: str | None


def cut_page[M: Model](
    rows: QuerySet[M], *, order_by: str, cursor: str | None = None, size: int = 50
) -> Page[M]:
    """Return one page of a query set ordered by a field (``-placed_at`` for newest first) and then by primary key.

    Args:
        rows: the query set, without order.
        order_by: a field that is never null, with ``-`` for descending.
        cursor: what the page before gave as ``next_cursor``.
        size: rows on the page, 1 to 200.

    Raises:
        BadCursor: when the cursor is not one of ours.
    """
    size = max(1, min(size, MAX_PAGE_SIZE))
    field = order_by.lstrip("-")
    descending = order_by.startswith("-")
    sign = "-" if descending else ""
    ordered = rows.order_by(f"{sign}{field}", f"{sign}pk")
    if cursor:
        value, key = read_cursor(cursor)
        compare = "lt" if descending else "gt"
        try:
            # The first condition says nothing new, but lets the index begin where the page begins.
            ordered = ordered.filter(
                Q(**{f"{field}__{compare}e": value}),
                Q(**{f"{field}__{compare}": value}) | Q(**{field: value, f"pk__{compare}": key}),
            )
        except (TypeError, ValueError, ValidationError) as error:
            raise BadCursor from error
    found = list(ordered[: size + 1])
    if len(found) <= size:
        return Page(found, None)
    last = found[size - 1]
    return Page(found[:size], written_cursor(getattr(last, field), last.pk))


def written_cursor(value: Any, key: Any) -> str:
    """Return the cursor that stands behind a row: the value that rows are ordered by, and its key."""
    text = json.dumps([str(value) if not isinstance(value, int) else value, str(key)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[Any, Any]:
    """Return what :func:`written_cursor` was given, as text.

    Raises:
        BadCursor: when it is not one of ours.
    """
    try:
        value, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        f"{value}{key}".encode()
    except (ValueError, TypeError) as error:
        raise BadCursor from error
    if type(value) not in {str, int} or type(key) is not str or "\0" in f"{value}{key}":
        raise BadCursor
    return value, key
