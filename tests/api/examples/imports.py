"""Requests about files of orders."""

import csv
import io
from pathlib import Path
from uuid import UUID

from django.conf import settings

from qunying.intake.actions.receive_import import receive_import
from qunying.intake.actions.start_import import start_import
from qunying.intake.orders.running import run_import
from qunying.intake.tests.make import HEADER, make_line
from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.members.tests.make import anybody
from tests.api.examples import Example, example


def order_file() -> bytes:
    """Two lines, one of which cannot be accepted."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, make_line(), make_line(invoice_no="1002", unit_price="free?")])
    return text.getvalue().encode()


def uploaded(*, started: bool = False, done: bool = False) -> UUID:
    """An import that was received, and perhaps started, and perhaps run to its end."""
    run_id, now = new_id(), clock.now()
    folder = Path(settings.FILES_ROOT) / "imports" / str(run_id)
    folder.mkdir(parents=True)
    path = folder / "upload"
    path.write_bytes(order_file())
    words = {"actor": anybody(), "now": now, "run_id": run_id}
    receive_import(command_id=str(new_id()), path=str(path), file_name="orders.csv", **words)
    if started or done:
        start_import(command_id=str(new_id()), by_job=False, **words)
    if done:
        run_import(run_id, actor=anybody(), clock=clock.now)
    return run_id


@example("intake.start_import")
def start() -> Example:
    body = {"zone": "Asia/Shanghai", "currency": "CNY"}
    return Example(
        body=body, other={**body, "drop_repeats": "true"}, files={"file": ("orders.csv", order_file())}
    )


@example("intake.list_imports")
def list_imports() -> Example:
    uploaded()
    return Example(query={"limit": 5})


@example("intake.list_mappings")
def list_mappings() -> Example:
    return Example()


@example("intake.get_import")
def get_import() -> Example:
    return Example({"run_id": uploaded(done=True)})


@example("intake.cancel_import")
def cancel() -> Example:
    return Example({"run_id": uploaded(started=True)})


@example("intake.get_import_errors")
def errors() -> Example:
    return Example({"run_id": uploaded(done=True)})
