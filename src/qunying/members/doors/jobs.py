"""Work of this noun that comes round by itself."""

from datetime import timedelta

from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.jobs import job
from qunying.members.actions.forget_sign_ins import forget_sign_ins as forget
from qunying.members.models import Tombstone
from qunying.members.queries.get_member import list_own_ids
from qunying.stream.forgetting import forget_in_lake as rewrite

ARRIVED = timedelta(minutes=10)


@job(every="17 * * * *")
def forget_sign_ins() -> None:
    """Delete codes and sessions that are long over, every hour."""
    now = clock.now()
    forget(command_id=f"forget_sign_ins:{now:%Y-%m-%dT%H}", actor=system("forget_sign_ins"), now=now)


@job(every="27 * * * *")
def forget_in_lake() -> None:
    """Take what erased members said out of the lake, once what was on its way has arrived there."""
    now = clock.now()
    for stone in Tombstone.objects.filter(lake_at=None, erased_at__lt=now - ARRIVED):
        if rewrite(list_own_ids(stone.member_id)) is not None:
            Tombstone.objects.filter(pk=stone.pk).update(lake_at=now)
