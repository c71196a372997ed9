"""Statements of the hot ways, which the server plans once for each connection and then only runs."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, LiteralString

import psycopg
from django.db import connection
from django.db.models import AutoField, Model


@cache
def numbered(statement: LiteralString) -> tuple[LiteralString, tuple[str, ...]]:
    """Return a statement with numbers for its named places, and the names in their order.

    The driver would look for the places anew each time that a long statement runs.
    """
    names = tuple(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    for number, name in enumerate(names, 1):
        statement = statement.replace(f"%({name})s", f"${number}")
    return statement, names


def fetch_prepared(statement: LiteralString, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """Run a statement with named places and return its rows."""
    text, names = numbered(statement)
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        return cursor.execute(text, [values[name] for name in names], prepare=True).fetchall()


def insert_rows[M: Model](rows: Sequence[M]) -> None:
    """Insert rows of one table, whose keys are known or made by the database, in one statement."""
    if not rows:
        return
    statement, columns = _insert_of(type(rows[0]))
    fields = [row._meta.get_field(name) for row in rows[:1] for name in columns]
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows]  # type: ignore[union-attr]
        for field in fields
    ]
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        cursor.execute(statement, values, prepare=True)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as bulk_create does


@cache
def _insert_of(model: type[Model]) -> tuple[LiteralString, tuple[str, ...]]:
    """Return the statement that inserts rows of a table, one array for each column, and the names of the fields."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    arrays = ", ".join(f"${place}::{field.db_type(connection)}[]" for place, field in enumerate(fields, 1))
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"INSERT INTO {table} ({quoted}) SELECT * FROM unnest({arrays})"  # noqa: S608 - names of our own columns
    return statement, tuple(field.name for field in fields)
