"""Jobs of the intake."""

from uuid import UUID

from qunying.intake.actions.replay_quarantined import replay_quarantined
from qunying.intake.orders.running import may_run
from qunying.intake.orders.running import run_import as run
from qunying.intake.queries.get_import import get_import
from qunying.intake.reported.settled import forget_settled
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
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


@job(every="35 * * * *")
def replay_waiting_events() -> None:
    """Try again the events that only wait for their member or their time, and forget what was settled long ago."""
    after_id: int | None = 0
    while after_id is not None:
        after_id = replay_quarantined(
            command_id=str(new_id()),
            actor=actors.system("replay"),
            now=clock.now(),
            reasons=["unknown_member", "unknown_identity", "from_the_future"],
            after_id=after_id,
        ).last_id
    forget_settled(clock.now())
