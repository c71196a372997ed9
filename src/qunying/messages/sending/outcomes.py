"""What a call to a provider can come to. Only the first three are definite."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID


@dataclass(frozen=True)
class Accepted:
    """The provider took the message."""

    detail: str = ""


@dataclass(frozen=True)
class Rejected:
    """The provider said no; trying again would not help."""

    detail: str


@dataclass(frozen=True)
class TryAgain:
    """Certainly not taken, and worth another try.

    ``busy`` says that the provider asked to wait (for ``wait``, if it said).
    """

    detail: str
    busy: bool = False
    wait: timedelta | None = None


@dataclass(frozen=True)
class NoAnswer:
    """The data was sent and nothing definite came back: nobody knows."""

    detail: str


type Outcome = Accepted | Rejected | TryAgain | NoAnswer


@dataclass(frozen=True)
class Call:
    """One message ready for its provider. ``dedupe_key`` is the same in every attempt of one send."""

    send_id: UUID
    attempt: int
    dedupe_key: str
    audience: str
    purpose: str
    address: str
    member_id: UUID | None
    community_id: UUID | None
    campaign_id: UUID | None
    step: str
    subject: str
    body: str
    unsubscribe_url: str = ""
