"""Work of the book that comes round by itself: sealing every minute, an audit every night."""

from datetime import timedelta

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job
from qunying.ledger.actions.run_audit import run_audit
from qunying.ledger.actions.seal_block import MAX_BLOCK, seal_block
from qunying.ledger.actions.take_checkpoint import take_checkpoint
from qunying.ledger.queries.has_unsealed import has_unsealed
from qunying.ledger.queries.list_checkpoints import has_checkpoint


@job(every="* * * * *")
def seal_blocks() -> None:
    """Seal what was posted since the last minute."""
    seal_blocks_now()


def seal_blocks_now() -> None:
    """Seal until nothing is left."""
    while has_unsealed():
        sealed = seal_block(command_id=str(new_id()), actor=actors.system("seal_blocks"), now=clock.now())
        if sealed.transactions < MAX_BLOCK:
            return


@job(every="10 * * * *")
def close_days() -> None:
    """Once the brand's day is over, seal what it left and write down what every account had."""
    now = clock.now()
    day = clock.local_day(now, get_brand().zone) - timedelta(days=1)
    if has_checkpoint(day):
        return
    seal_blocks_now()
    take_checkpoint(command_id=str(new_id()), actor=actors.system("close_days"), now=now, day=day)


@job(every="30 19 * * *")
def nightly_audit() -> None:
    """Audit the book when few are awake; the console shows what was found."""
    run_audit(command_id=str(new_id()), actor=actors.system("nightly_audit"), now=clock.now())
