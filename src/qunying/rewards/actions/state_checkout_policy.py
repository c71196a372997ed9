"""Say what points pay at the checkout."""

from datetime import datetime

from django.db import connection

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.models import CheckoutPolicy
from qunying.rewards.pricing.checkout_policy import CheckoutWording, checked_policy, find_policy


@action
def state_checkout_policy(*, command_id: str, actor: Actor, now: datetime, wording: CheckoutWording) -> int:
    """Put the next version into force at once and return its number. What orders have reserved or paid stays as it was.

    Raises:
        TermsWrong, UnknownCurrency: a field does not make sense.
    """
    fields = checked_policy(wording)
    with connection.cursor() as cursor:  # versions have numbers without a gap
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rewards.checkout_policy'))")
    before = find_policy()
    number = before.number + 1 if before else 1
    CheckoutPolicy.objects.create(number=number, since=now, written_by=actor.key, **fields)
    return number
