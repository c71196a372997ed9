"""Work that comes round by itself."""

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.content.actions.measure_topics import measure_topics
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job


@job(every="*/10 * * * *")
def measure_heat() -> None:
    """Find out which topics are hot now."""
    now = get_analysis_time(clock.now())
    measure_topics(command_id=str(new_id()), actor=actors.system("measure_heat"), now=now)
