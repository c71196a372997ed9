"""Links that sign a member in: signed for that alone, dated, good for one use after one click.

code_link(code_id, expires_at)                  # beside a sign-in code: short-lived, the same use as the code
message_link(member_id, send_id, now)           # in any other message to one person
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from qunying.kernel.signed_links import BrokenLink, read_link, sign_link

PURPOSE = "sign_in"
PAGE = "/m/sign-in/link/"  # written out: a worker need not load every page of the house
MESSAGE_LINK_LASTS = timedelta(days=3)
MAX_AFTER = 500


@dataclass(frozen=True)
class SignInLink:
    """What a link says. ``id`` is that of the code, or of the message to ``member_id``; ``after`` is the page to show then."""

    id: UUID
    member_id: UUID | None
    after: str


def code_link(code_id: UUID, expires_at: datetime, after: str = "") -> str:
    """Return the address that stands beside a sign-in code."""
    return _address({"code": str(code_id)}, expires_at, after)


def message_link(member_id: UUID, message_id: UUID, now: datetime, after: str = "") -> str:
    """Return the address that signs in who gets a message."""
    fields = {"member": str(member_id), "message": str(message_id)}
    return _address(fields, now + MESSAGE_LINK_LASTS, after)


def read_sign_in_link(token: str, now: datetime) -> SignInLink:
    """Return what a link's token says.

    Raises:
        BrokenLink, ExpiredLink: when it is none of ours, for something else, or over.
    """
    fields = read_link(token, PURPOSE, now)
    try:
        member_id = UUID(str(fields["member"])) if "member" in fields else None
        link_id = UUID(str(fields["message" if member_id else "code"]))
    except (KeyError, ValueError) as error:
        raise BrokenLink from error
    return SignInLink(link_id, member_id, str(fields.get("after", "")))


def _address(fields: dict[str, str], expires_at: datetime, after: str) -> str:
    more = {"after": after} if after and len(after) <= MAX_AFTER else {}
    return f"{settings.PUBLIC_URL}{PAGE}{sign_link(PURPOSE, {**fields, **more}, expires_at)}"
