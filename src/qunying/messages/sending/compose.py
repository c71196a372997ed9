"""From a send to the text that its receiver sees."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.sealing import unseal
from qunying.messages.channels.needs import consent_of
from qunying.messages.models import Purpose, Send
from qunying.messages.rendering import Rendered, one_line, substitute, variables_in
from qunying.messages.sending.links import tracked_url, unsubscribe_url


def compose(sends: Sequence[Send], now: datetime) -> dict[UUID, Rendered]:
    """Return the text of each send. The sends come with plan, template version, channel and member loaded."""
    brand = get_brand().name
    attributes = attributes_of(sends)
    composed = {}
    for send in sends:
        values = (
            {"brand": brand, **attributes.get(send.member_id, {})} if send.member_id else {"brand": brand}
        )
        if send.member is not None:
            values["name"] = send.member.name
        if send.sealed_variables:
            values |= json.loads(unseal(send.sealed_variables))
        if send.plan.link:
            values["link"] = tracked_url(send.id, send.plan.link)
        stop = ""
        if send.member_id is not None and send.purpose == Purpose.PROMOTION:
            stop = unsubscribe_url(send.member_id, consent_of(send.channel), now)
        composed[send.id] = render(send.plan.template_version, values, stop)
    return composed


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
    """Return the attributes that the texts of the sends ask for, by member."""
    wanted = {
        name
        for version in {send.plan.template_version for send in sends}
        for name in variables_in(version.subject) | variables_in(version.body)
    } - {"name", "brand", "link"}
    if not wanted:
        return {}
    found: dict[UUID, dict[str, str]] = {}
    rows = Send.objects.filter(pk__in=[send.pk for send in sends], member__attributes__name__in=wanted)
    for member_id, name, value in rows.values_list(
        "member_id", "member__attributes__name", "member__attributes__value"
    ):
        if member_id is not None:
            found.setdefault(member_id, {})[name] = value
    return found
