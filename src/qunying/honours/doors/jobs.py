"""Work of this noun that comes round by itself."""

from qunying.honours.actions.refresh_honours import refresh_honours
from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job


@job(every="7,37 * * * *")
def refresh() -> None:
    """Count badges and leaderboards anew, twice an hour."""
    refresh_honours(command_id=str(new_id()), actor=system("honours"), now=clock.now())
