"""Links in messages: a short signed one that only counts and leads on, and the one to stop messages."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.kernel.signed_links import sign_link
from qunying.messages.models import Send

# Written out, so that a worker need not load every page of the house in the middle of a transaction.
LINK_PAGE = "/m/l/"
SIGN_IN_PAGE = "/m/sign-in/"
UNSUBSCRIBE_PAGE = "/m/unsubscribe/"
UNSUBSCRIBE_LASTS = timedelta(days=365)


class BadLinkTarget(Problem):
    """A message may lead to our own member pages only."""

    code = "bad_link_target"
    kind = Kind.INVALID
    message = _("A message can only lead to a member page, not to “{path}”.")


@dataclass(frozen=True)
class Link:
    """Where the link of a message leads: a member page that reads a signed token of one purpose.

    Args:
        path: the page without its token, e.g. ``/m/offers/``.
        purpose: what the token is for, e.g. ``offer``.
        fields: what the page needs to know; the member's id is added under ``member`` for messages to one
            person.
        valid_until: when it expires.
    """

    path: str
    purpose: str
    fields: dict[str, str]
    valid_until: datetime


def stored_link(link: Link | None) -> dict[str, Any] | None:
    """Return a link as it is kept with a plan.

    Raises:
        BadLinkTarget: when it leads anywhere but to a member page.
    """
    if link is None:
        return None
    if (
        not link.path.startswith("/m/")
        or "//" in link.path
        or "\\" in link.path
        or not link.path.endswith("/")
    ):
        raise BadLinkTarget(path=link.path[:100])
    return {**asdict(link), "valid_until": link.valid_until.isoformat()}


def tracked_url(send_id: UUID, link: dict[str, Any]) -> str:
    """Return the address that goes into a message: it names the send, nothing else."""
    token = sign_link("link", {"send": str(send_id)}, datetime.fromisoformat(link["valid_until"]))
    return f"{settings.PUBLIC_URL}{LINK_PAGE}{token}"


def target_path(send: Send) -> str:
    """Return where the tracked link of a send leads, with a fresh token for the page's own purpose."""
    link = send.plan.link or {}
    fields = dict(link["fields"])
    if send.member_id is not None:
        fields["member"] = str(send.member_id)
    return str(link["path"]) + sign_link(link["purpose"], fields, datetime.fromisoformat(link["valid_until"]))


def unsubscribe_url(member_id: UUID, consent: str, now: datetime) -> str:
    """Return the address where a member stops promotions on one channel without signing in."""
    fields = {"member": str(member_id), "channel": consent}
    token = sign_link("unsubscribe", fields, now + UNSUBSCRIBE_LASTS)
    return f"{settings.PUBLIC_URL}{UNSUBSCRIBE_PAGE}{token}"
