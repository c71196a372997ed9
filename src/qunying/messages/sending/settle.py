"""After the call: what the provider's answer makes of a send."""

import random
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from qunying.messages.models import Send
from qunying.messages.reasons import Reason, State
from qunying.messages.sending.daily_limit import give_daily_limit_back
from qunying.messages.sending.outcomes import Accepted, Call, NoAnswer, Outcome, Rejected, TryAgain
from qunying.messages.sending.pace import block_pace
from qunying.messages.sending.patience import patient
from qunying.messages.sending.tell import tell_outcomes

log = structlog.get_logger()

MAX_ATTEMPTS = 6
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
PROVIDER_WAIT = timedelta(minutes=1)
MAX_DETAIL = 500


@patient
def settle(call: Call, outcome: Outcome, now: datetime) -> None:
    """Write the outcome of a call.

    A late answer still settles a send that was called unknown meanwhile, unless a person did.
    """
    with transaction.atomic():
        send = (
            Send.objects.select_for_update(of=("self",))
            .select_related("channel")
            .filter(
                pk=call.send_id,
                attempts=call.attempt,
                state__in=[State.CALLING, State.UNKNOWN],
                resolved_by="",
            )
            .first()
        )
        if send is None:
            log.warning(
                "late_answer", send=str(call.send_id), attempt=call.attempt, outcome=type(outcome).__name__
            )
            return
        _apply(send, outcome, now)
        send.detail = outcome.detail[:MAX_DETAIL]
        send.lease = send.leased_until = None
        if send.state not in {State.RETRYABLE, State.UNKNOWN}:
            send.sealed_variables = ""
        send.save()
        if send.state in {State.SENT, State.REFUSED}:
            tell_outcomes([send.pk], now)


def _apply(send: Send, outcome: Outcome, now: datetime) -> None:
    match outcome:
        case Accepted():
            send.state, send.reason, send.settled_at = State.SENT, "", now
        case NoAnswer():
            send.state, send.reason, send.settled_at = State.UNKNOWN, Reason.NO_ANSWER, now
        case Rejected():
            _refuse(send, Reason.REJECTED, now)
        case TryAgain():
            if outcome.busy:
                block_pace(send.channel, now + (outcome.wait or PROVIDER_WAIT))
            if send.attempts >= MAX_ATTEMPTS:
                _refuse(send, Reason.GAVE_UP, now)
                return
            _give_back(send)
            send.state = State.RETRYABLE
            send.reason = Reason.PROVIDER_BUSY if outcome.busy else Reason.NOT_REACHED
            send.due_at = now + max(outcome.wait or timedelta(0), backoff(send.pk, send.attempts))


def _refuse(send: Send, reason: Reason, now: datetime) -> None:
    _give_back(send)
    send.state, send.reason, send.settled_at = State.REFUSED, reason, now


def _give_back(send: Send) -> None:
    """A message that certainly did not arrive does not count against the member's daily limit."""
    if send.member_id is not None and send.cap_day is not None:
        give_daily_limit_back([(send.member_id, send.cap_day)])
    send.cap_day = None


def backoff(send_id: UUID, attempt: int) -> timedelta:
    """Return how long to wait after an attempt: doubling twice each time, spread by half so that not all come
    back at once.
    """
    wait = min(FIRST_WAIT * 4 ** (attempt - 1), LONGEST_WAIT)
    source = random.Random(f"{send_id}:{attempt}")  # noqa: S311 - spreads load, hides nothing
    return timedelta(seconds=wait.total_seconds() * source.uniform(0.5, 1.5))
