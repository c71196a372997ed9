"""One import of orders merges at a time: two of the same file would race each other for every order."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.kernel.failpoints import disabled_guard
from qunying.kernel.problems import Kind, Problem

_LOCK = 7_310_583_902_771_401  # any number that nobody else uses
_PATIENCE_SECONDS = 1_800
_PAUSE_SECONDS = 0.5


class ImportBusy(Problem):
    """Another import has been merging for too long."""

    code = "import_busy"
    kind = Kind.UNAVAILABLE
    message = _(
        "Another import has been running for more than {minutes} minutes. Nothing was changed; try again later."
    )


@contextmanager
def import_lock(step: Callable[[str, float], None]) -> Iterator[None]:
    """Hold the right to merge orders; it ends with the connection, however that ends. Waits its turn, telling ``step``.

    Raises:
        ImportBusy: after half an hour of waiting.
    """
    if disabled_guard("import.lock"):
        yield
        return
    until = time.monotonic() + _PATIENCE_SECONDS
    while not _ask("SELECT pg_try_advisory_lock(%s)"):
        if time.monotonic() > until:
            raise ImportBusy(minutes=_PATIENCE_SECONDS // 60)
        step("waiting", 0)
        time.sleep(_PAUSE_SECONDS)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            _ask("SELECT pg_advisory_unlock(%s)")


def _ask(query: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, [_LOCK])
        return bool(cursor.fetchone()[0])
