"""Work of vetting that comes round by itself."""

from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job
from qunying.vetting.actions.forget_marks import forget_marks


@job(every="40 18 * * *")
def forget_old_marks() -> None:
    """Once a night, forget what members were seen with long ago."""
    forget_marks(command_id=str(new_id()), actor=actors.system("forget_old_marks"), now=clock.now())
