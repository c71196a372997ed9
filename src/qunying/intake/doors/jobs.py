"""Jobs of the intake."""

from uuid import UUID

from qunying.intake.orders.running import may_run
from qunying.intake.orders.running import run_import as run
from qunying.intake.queries.get_import import get_import
from qunying.kernel import actors, clock
from qunying.kernel.jobs import job
from qunying.kernel.problems import Problem


@job
def run_import(run_id: str) -> None:
    """Do one import. A problem with the file is on the import's record; anything else is tried again."""
    asked = get_import(UUID(run_id))
    if not may_run(asked):
        return
    try:
        run(asked.id, actor=actors.system("import"), clock=clock.now)
    except Problem as problem:
        if problem.kind.is_refusal:
            return
        raise
