"""What a platform brings to our address, what it tells, and how it is refused."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from qunying.communities.inbound.incoming import IncomingMessage
from qunying.kernel.problems import Kind, Problem

WINDOW = timedelta(minutes=5)


class SignatureRefused(Problem):
    """Whoever sent this does not know the secret, or changed what was signed."""

    code = "delivery_signature_refused"
    kind = Kind.UNAUTHENTICATED
    message = _("The signature does not fit.")


class DeliveryStale(Problem):
    """It was signed too long ago, or in the future: perhaps somebody repeats it."""

    code = "delivery_stale"
    kind = Kind.UNAUTHENTICATED
    message = _(
        "The delivery was signed more than five minutes ago or in the future. Check the clock of the sender."
    )


class DeliveryUnreadable(Problem):
    """It is well signed but not what the platform describes."""

    code = "delivery_unreadable"
    kind = Kind.INVALID
    message = _("The delivery cannot be read: {reason}")


@dataclass(frozen=True)
class Delivery:
    """A request as it came. Names of headers are in lower case."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    now: datetime


@dataclass(frozen=True)
class Told:
    """A message and the chat that it was said in."""

    chat_id: str
    chat_title: str
    message: IncomingMessage


@dataclass(frozen=True)
class Opened:
    """What a delivery told. ``answer`` is what the platform wants to hear, when it asks whether the address is ours."""

    told: list[Told] = field(default_factory=list)
    answer: str = ""
    answer_type: str = "application/json"


def require_equal(given: str, expected: str) -> None:
    """Compare without telling by the time it takes how much fits.

    Raises:
        SignatureRefused: when they differ.
    """
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
        raise SignatureRefused


def require_fresh(seconds: str, now: datetime) -> datetime:
    """Return the instant of a timestamp in seconds.

    Raises:
        DeliveryStale: when it is not within five minutes of now, or no timestamp.
    """
    try:
        signed_at = datetime.fromtimestamp(int(seconds), UTC) if len(seconds) <= 12 else None
    except (ValueError, OverflowError, OSError):
        signed_at = None
    if signed_at is None or abs(signed_at - now) > WINDOW:
        raise DeliveryStale
    return signed_at


def instant(value: object, *, milliseconds: bool = False) -> datetime:
    """Return the instant that a payload gives in seconds or milliseconds.

    Raises:
        DeliveryUnreadable: when it is none.
    """
    try:
        number = int(str(value))
        return datetime.fromtimestamp(number / 1000 if milliseconds else number, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise DeliveryUnreadable(reason="time") from error
