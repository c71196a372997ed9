"""Order files come into the sample and the simulation through the same door as anybody's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from qunying.intake.actions.receive_import import receive_import
from qunying.intake.actions.start_import import start_import
from qunying.intake.orders.importing import Outcome
from qunying.intake.orders.running import run_import
from qunying.kernel import clock
from qunying.kernel.actors import Actor


def import_file(
    file: Path,
    *,
    actor: Actor,
    command: Callable[[str], str],
    run_id: UUID,
    zone: str,
    currency: str,
    mapping: dict[str, Any] | None = None,
) -> Outcome:
    """Import a file of orders at once, and return how it ended.

    Args:
        file: where it is.
        actor: who imports.
        command: gives the command id of a step.
        run_id: the id that the import shall have.
        zone: of its times.
        currency: of its amounts.
        mapping: its columns; the headers decide when left out.
    """
    now = clock.now()
    receive_import(
        command_id=command("receive"),
        actor=actor,
        now=now,
        run_id=run_id,
        path=str(file),
        file_name=file.name,
    )
    start_import(
        command_id=command("import"),
        actor=actor,
        now=now,
        run_id=run_id,
        mapping=mapping,
        zone=zone,
        currency=currency,
        by_job=False,
    )
    return run_import(run_id, actor=actor, clock=clock.now)
