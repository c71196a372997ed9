"""From a send to the text that its receiver sees."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.sealing import unseal
from qunying.members.queries.attribute_titles import value_titles
from qunying.members.sign_in_links import message_link
from qunying.messages.channels.needs import consent_of
from qunying.messages.models import Purpose, Send
from qunying.messages.rendering import (
    OWN_VARIABLES,
    SIGN_IN_LINK,
    Rendered,
    one_line,
    substitute,
    variables_in,
)
from qunying.messages.sending.links import SIGN_IN_PAGE, tracked_url, unsubscribe_url
from qunying.messages.template_text import text_in, variables_of


def compose(sends: Sequence[Send], now: datetime) -> dict[UUID, Rendered]:
    """Return the text of each send. The sends come with plan, template version, channel and member loaded."""
    brand = get_brand().name
    attributes = attributes_of(sends)
    composed = {}
    for send in sends:
        values = {"brand": brand, **attributes.get(send.pk, {})} if send.member_id else {"brand": brand}
        if send.member is not None:
            values["name"] = send.member.name
        if send.sealed_variables:
            values |= json.loads(unseal(send.sealed_variables))
        if send.plan.link:
            values["link"] = tracked_url(send.id, send.plan.link)
        if SIGN_IN_LINK in variables_of(send.plan.template_version):
            values[SIGN_IN_LINK] = _sign_in_link(send, values.get("link", ""), now)
        stop = ""
        if send.member_id is not None and send.purpose == Purpose.PROMOTION:
            stop = unsubscribe_url(send.member_id, consent_of(send.channel), now)
        language = send.member.language if send.member else ""
        with override(language or get_language()):
            composed[send.id] = render(text_in(language, send.plan.template_version), values, stop)
    return composed


def _sign_in_link(send: Send, link: str, now: datetime) -> str:
    """Return the address that signs the receiver in, and leads on to where the message's link leads.

    What goes to many, or to an address that somebody typed, gets the page where one signs in.
    """
    if send.member_id is None or send.address:
        return f"{settings.PUBLIC_URL}{SIGN_IN_PAGE}"
    return message_link(send.member_id, send.id, now, link.removeprefix(settings.PUBLIC_URL))


class Text(Protocol):
    """Subject, body and fallbacks: a stored version, or a text that is still being written."""

    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def variables(self) -> dict[str, str]: ...


def render(text: Text, values: Mapping[str, str], stop_url: str = "") -> Rendered:
    """Return a text with its values, the link if the text forgot it, and how to stop promotions."""
    body = substitute(text.body, values, text.variables)
    if values.get("link") and "link" not in variables_in(text.body):
        body = f"{body}\n\n{values['link']}"
    if stop_url:
        words = _("Unsubscribe:")
        body = f"{body}\n\n{words} {stop_url}"
    return Rendered(one_line(substitute(text.subject, values, text.variables)), body, stop_url)


def attributes_of(sends: Sequence[Send]) -> dict[UUID, dict[str, str]]:
    """Return the attributes that the texts of the sends ask for, by send, as people call their values."""
    wanted = {
        name for version in {send.plan.template_version for send in sends} for name in variables_of(version)
    } - set(OWN_VARIABLES)
    if not wanted:
        return {}
    titles = {name: value_titles(name) for name in wanted}
    found: dict[UUID, dict[str, str]] = {}
    rows = Send.objects.filter(pk__in=[send.pk for send in sends], member__attributes__name__in=wanted)
    for send_id, name, value in rows.values_list(
        "pk", "member__attributes__name", "member__attributes__value"
    ):
        found.setdefault(send_id, {})[name] = titles[name].get(value, value)
    return found
