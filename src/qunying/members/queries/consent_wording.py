"""Consent: which kinds of channel a member is asked about, and in which words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CHANNEL_TITLES: dict[str, str | Promise] = {
    "email": gettext_lazy("E-mail"),
    "sms": gettext_lazy("Text message"),
    "wecom": gettext_lazy("WeCom"),
    "mailbox": gettext_lazy("Mailbox"),
}


def consent_text(brand: str, channel: str) -> str:
    """Return the wording that a member agrees to, in the active language."""
    return _(
        "I agree that {brand} sends me offers and news. Channel: {channel}. I can withdraw at any time in “My data”."
    ).format(brand=brand, channel=CHANNEL_TITLES[channel])
