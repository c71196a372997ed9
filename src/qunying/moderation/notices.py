"""Telling members what was decided: a service message with a link to the page that says everything."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import override

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.actors import Actor
from qunying.messages.actions.send_service_message import send_service_message
from qunying.moderation.built_in import TEMPLATE_IDS

MAX_QUOTE = 120


def tell(
    notice: str,
    member_id: UUID,
    variables: Mapping[str, str],
    *,
    key: str,
    page: str,
    page_id: UUID | None = None,
    command_id: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Send a notice, in the caller's transaction, once for its key.

    Args:
        notice: which, see ``built_in.NOTICES``.
        variables: values of its variables.
        key: the occasion; the same never tells twice.
        page: the URL name of the member page that it leads to, with ``page_id`` where it takes one.
    """
    path = reverse(page, args=[page_id] if page_id else [])
    send_service_message(
        command_id=command_id,
        actor=actor,
        now=now,
        member_id=member_id,
        template_id=TEMPLATE_IDS[notice],
        variables={**variables, "link_address": f"{settings.PUBLIC_URL}{path}"},
        key=f"moderation:{notice}:{key}",
    )


def in_both(name: str, text: str | Promise) -> dict[str, str]:
    """Return a translated text under ``<name>_zh`` and ``<name>_en``."""
    values = {}
    for language, suffix in (("zh-hans", "zh"), ("en", "en")):
        with override(language):
            values[f"{name}_{suffix}"] = str(text)
    return values


def shown_time(instant: datetime | None) -> str:
    """Return an instant in the brand's zone, as both languages read it."""
    if instant is None:
        return "—"
    return format_datetime(instant.astimezone(ZoneInfo(get_brand().zone)), "yyyy-MM-dd HH:mm", locale="en")


def shortened(quote: str) -> str:
    """Return the beginning of what was said, on one line."""
    line = " ".join(quote.split())
    return line if len(line) <= MAX_QUOTE else f"{line[: MAX_QUOTE - 1]}…"
