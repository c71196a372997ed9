"""Forget addresses that nobody needs any more."""

from datetime import datetime

from django.db.models import Q

from qunying.fulfilment.addresses import KEPT_FOR
from qunying.fulfilment.models import Fulfilment
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def forget_addresses(*, command_id: str, actor: Actor, now: datetime) -> int:
    """Remove addresses and codes 90 days after a thing arrived, came back or was cancelled, or was last heard of; return how many."""
    before = now - KEPT_FOR
    over = Q(ended_at__lt=before) | Q(ended_at=None, sent_at__lt=before)
    kept = ~Q(sealed_address="") | ~Q(sealed_code="")
    return (
        Fulfilment.objects.filter(over, kept)
        .exclude(state=Fulfilment.State.TO_SEND)
        .update(sealed_address="", sealed_code="", code_fingerprint="")
    )
