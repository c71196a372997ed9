"""An import is stopped between two of its steps."""

from datetime import datetime
from uuid import UUID

from qunying.intake.models import ImportRun
from qunying.intake.queries.get_import import ImportNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def cancel_import(*, command_id: str, actor: Actor, now: datetime, run_id: UUID) -> str:
    """Stop an import. Orders merged so far stay, each of them whole; importing the file again goes on from there.

    Returns:
        The state afterwards; an import at work stops within a few seconds.

    Raises:
        ImportNotFound: when there is no such import.
    """
    run = ImportRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise ImportNotFound(run=str(run_id))
    if run.state in {ImportRun.State.UPLOADED, ImportRun.State.WAITING}:
        run.state, run.finished_at = ImportRun.State.CANCELLED, now
    run.cancel_asked = run.state == ImportRun.State.RUNNING
    run.save(update_fields=["state", "finished_at", "cancel_asked"])
    return run.state
