"""Work of the book that comes round by itself: sealing every minute, an audit every night."""

from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job
from qunying.ledger.actions.run_audit import run_audit
from qunying.ledger.actions.seal_block import MAX_BLOCK, seal_block
from qunying.ledger.queries.has_unsealed import has_unsealed


@job(every="* * * * *")
def seal_blocks() -> None:
    """Seal what was posted since the last minute."""
    while has_unsealed():
        sealed = seal_block(command_id=str(new_id()), actor=actors.system("seal_blocks"), now=clock.now())
        if sealed.transactions < MAX_BLOCK:
            return


@job(every="30 19 * * *")
def nightly_audit() -> None:
    """Audit the book when few are awake; the console shows what was found."""
    run_audit(command_id=str(new_id()), actor=actors.system("nightly_audit"), now=clock.now())
