"""What needs no provider, done in a few statements for any number of sends: the stale are dropped, the quiet
hours push back.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from qunying.messages.models import Purpose, Send
from qunying.messages.reasons import STALING_STATES, WAITING_STATES, Reason, State
from qunying.messages.sending.house_rules import rules_at
from qunying.messages.sending.tell import tell_outcomes

CHUNK = 5000


def drop_stale(now: datetime) -> int:
    """Drop sends whose time has passed, whatever kept them waiting, and return how many."""
    dropped = 0
    while True:
        with transaction.atomic():
            rows = Send.objects.filter(state__in=STALING_STATES, not_after__lte=now).select_for_update(
                skip_locked=True
            )
            ids = list(rows.values_list("pk", flat=True)[:CHUNK])
            if not ids:
                return dropped
            dropped += Send.objects.filter(pk__in=ids).update(
                state=State.DROPPED,
                detail=F("reason"),
                reason=Reason.STALE,
                settled_at=now,
                sealed_variables="",
            )
            tell_outcomes(ids, now)


def defer_quiet(now: datetime) -> int:
    """Push promotions that are due within the quiet hours to their end, and return how many."""
    quiet = rules_at(now).quiet
    if quiet is None:
        return 0
    deferred = 0
    while True:
        with transaction.atomic():
            due = Send.objects.filter(
                state__in=WAITING_STATES, purpose=Purpose.PROMOTION, due_at__lte=now, channel__is_active=True
            )
            ids = list(
                due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:CHUNK]
            )
            if not ids:
                return deferred
            deferred += Send.objects.filter(pk__in=ids).update(due_at=quiet, reason=Reason.QUIET_HOURS)
