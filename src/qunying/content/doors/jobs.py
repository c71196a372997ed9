"""Work that comes round by itself."""

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.content.actions.measure_topics import measure_topics
from qunying.content.due import publish_what_is_due
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job


@job(every="*/10 * * * *")
def measure_heat() -> None:
    """Find out which topics are hot now."""
    now = get_analysis_time(clock.now())
    measure_topics(command_id=str(new_id()), actor=actors.system("measure_heat"), now=now)


@job(every="* * * * *")
def publish_due() -> None:
    """Publish what is due."""
    publish_what_is_due(clock.now())
