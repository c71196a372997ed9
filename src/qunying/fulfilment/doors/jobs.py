"""Work of fulfilment that comes round by itself."""

from qunying.fulfilment.actions.forget_addresses import forget_addresses as forget
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job


@job(every="40 19 * * *")
def forget_addresses() -> None:
    """Once a night, forget addresses that nobody needs any more."""
    forget(command_id=str(new_id()), actor=actors.system("forget_addresses"), now=clock.now())
