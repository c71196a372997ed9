"""What an HTTP answer says about a message."""

from datetime import timedelta

from qunying.kernel import outgoing
from qunying.messages.sending.outcomes import Accepted, NoAnswer, Outcome, Rejected, TryAgain

LONGEST_WAIT = timedelta(hours=6)
_BUSY = {429, 503}
_NOT_TAKEN = {401, 403, 404, 408, 425}
_NOT_DONE = {501, 505}


def outcome_of(answer: outgoing.Outcome) -> Outcome:
    """Turn what is known of a request into what is known of its message.

    Only an answer that says so is definite. An endpoint that is not set up right (401, 403, 404) took nothing
    and may be put right soon. A server that breaks down (500, 502, 504) may have acted before
    it did, so nobody knows.
    """
    if isinstance(answer, outgoing.NotSent):
        return TryAgain(answer.why)
    if isinstance(answer, outgoing.NoAnswer):
        return NoAnswer(answer.why)
    detail = f"HTTP {answer.status}"
    if 200 <= answer.status < 300:
        return Accepted(detail)
    if answer.status in _BUSY:
        return TryAgain(detail, busy=True, wait=_wait(answer.headers.get("retry-after", "")))
    if answer.status in _NOT_TAKEN:
        return TryAgain(detail)
    if answer.status >= 500 and answer.status not in _NOT_DONE:
        return NoAnswer(detail)
    return Rejected(detail)


def _wait(retry_after: str) -> timedelta | None:
    """Return the wait that a provider asks for in seconds; a date or nonsense counts as not said."""
    if not retry_after.isdecimal() or len(retry_after) > 9:
        return None
    return min(timedelta(seconds=int(retry_after)), LONGEST_WAIT)
