"""What is due goes out."""

from datetime import datetime

import structlog

from qunying.content.actions.publish_placement import publish_placement
from qunying.content.models import Placement
from qunying.content.placing import APPROVED
from qunying.kernel.actors import system
from qunying.kernel.problems import Problem

log = structlog.get_logger()


def publish_what_is_due(now: datetime) -> int:
    """Publish every approved item at the places whose time has come, and return at how many.

    One that cannot be published does not hold up the others.
    """
    due = Placement.objects.filter(
        state=Placement.State.PLANNED, planned_at__lte=now, item__state__in=APPROVED
    )
    done = 0
    for placement in due.order_by("planned_at", "pk"):
        try:
            publish_placement(
                command_id=f"publish:{placement.pk}:{int(placement.planned_at.timestamp())}",
                actor=system("content"),
                now=now,
                placement_id=placement.pk,
            )
            done += 1
        except Problem as problem:
            log.warning("not_published", placement=str(placement.pk), problem=problem.code)
    return done
