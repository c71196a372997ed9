"""Work of this noun that comes round by itself."""

from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.jobs import job
from qunying.members.actions.forget_sign_ins import forget_sign_ins as forget


@job(every="17 * * * *")
def forget_sign_ins() -> None:
    """Delete codes and sessions that are long over, every hour."""
    now = clock.now()
    forget(command_id=f"forget_sign_ins:{now:%Y-%m-%dT%H}", actor=system("forget_sign_ins"), now=now)
