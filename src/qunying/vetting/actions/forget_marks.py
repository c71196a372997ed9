"""Forget marks that are old."""

from datetime import datetime, timedelta

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.vetting.models import Mark

KEPT_FOR = timedelta(days=180)


@action
def forget_marks(*, command_id: str, actor: Actor, now: datetime) -> int:
    """Delete marks that were last seen more than 180 days ago, and return how many."""
    gone, _each = Mark.objects.filter(last_at__lt=now - KEPT_FOR).delete()
    return gone
