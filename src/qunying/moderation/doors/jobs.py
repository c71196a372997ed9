"""Jobs of moderation."""

from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job
from qunying.moderation.actions.screen_messages import screen_messages as screen_messages_action

BATCH, BATCHES = 300, 40
TASK = actors.system("screen_messages")


@job(every="* * * * *")
def screen_messages() -> None:
    """Screen what was said in communities since the last time, in batches of a transaction each."""
    for _batch in range(BATCHES):
        done = screen_messages_action(command_id=str(new_id()), actor=TASK, now=clock.now(), size=BATCH)
        if done.messages < BATCH:
            break
