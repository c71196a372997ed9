"""The audit: every check of integrity over all rows."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from qunying.ledger.integrity import CHECKS


@dataclass(frozen=True)
class Checked:
    """What one check found; ``breaks`` are texts for people, up to fifty."""

    name: str
    ok: bool
    breaks: list[str]


@dataclass(frozen=True)
class AuditReport:
    """What the audit found, check by check, and how long it took."""

    ok: bool
    checks: list[Checked]
    seconds: float


@dataclass(frozen=True)
class Break:
    """One thing that is wrong."""

    check: str
    text: str


def audit() -> list[Break]:
    """Return everything that is wrong with the book; empty when it is sound."""
    return [Break(check.name, text) for check in run_checks().checks for text in check.breaks]


def run_checks() -> AuditReport:
    """Run every check over all rows, on one picture of the database where that is possible."""
    started = time.monotonic()
    with _one_picture():
        checks = []
        for check in CHECKS.values():
            breaks = check.find()
            checks.append(Checked(check.name, not breaks, breaks))
    return AuditReport(all(check.ok for check in checks), checks, round(time.monotonic() - started, 3))


# An audit reads everything: time and memory for it, and no plan that looks rows up one by one.
_SETTINGS = {"statement_timeout": "10min", "work_mem": "128MB", "enable_nestloop": "off"}
_SET = "SELECT set_config(name, setting, true) FROM unnest(%s::text[], %s::text[]) AS s(name, setting)"


@contextmanager
def _one_picture() -> Iterator[None]:
    is_own = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_own:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        names = list(_SETTINGS)
        cursor.execute("SELECT current_setting(name) FROM unnest(%s::text[]) AS s(name)", [names])
        before = [setting for (setting,) in cursor.fetchall()]
        cursor.execute(_SET, [names, list(_SETTINGS.values())])
        yield
        if not is_own:
            cursor.execute(_SET, [names, before])
