"""Friends who did not order in time."""

from datetime import datetime, timedelta

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.referrals.models import Bond, Programme

GRACE = timedelta(days=2)


@action
def lapse_invitations(*, command_id: str, actor: Actor, now: datetime) -> int:
    """End invitations whose days to order are over, and return how many.

    Two days more pass before, for orders that were paid in time and are told late.
    """
    ended = 0
    for programme in Programme.objects.exclude(state=Programme.State.DRAFT):
        latest = now - timedelta(days=programme.within_days) - GRACE
        over = Bond.objects.filter(programme=programme, state=Bond.State.WAITING, bound_at__lt=latest)
        ended += over.update(state=Bond.State.LAPSED)
    return ended
