"""How the health of a community is put into words: each part with its formula and where its figures come from."""

from django.utils.translation import gettext_lazy as _

PARTS = {
    "growth": (
        _("Growth"),
        _("(joined − left) ÷ people at the start, per 30 days"),
        _("rosters and join links"),
    ),
    "loyalty": (
        _("Loyalty"),
        _("left ÷ (people at the start + joined), per 30 days; less is better"),
        _("rosters"),
    ),
    "activity": (
        _("Activity"),
        _("known members who spoke, bought, claimed, redeemed or clicked ÷ known members"),
        _("event stream"),
    ),
    "voices": (_("Voices"), _("people who spoke ÷ people"), _("messages")),
    "answers": (
        _("Answers"),
        _("openers that somebody else answered within 24 hours ÷ openers"),
        _("messages with what they reply to"),
    ),
    "speed": (
        _("Speed of answers"),
        _("median minutes to the first answer of somebody else; less is better"),
        _("messages with what they reply to"),
    ),
    "spread": (
        _("Spread of talk"),
        _("Gini coefficient of messages per speaker: 0 all alike, 1 one person alone; less is better"),
        _("messages"),
    ),
    "steadiness": (_("Steadiness"), _("days with a message ÷ days"), _("messages")),
    "conversion": (_("Conversion"), _("known members who bought ÷ known members"), _("orders")),
}
LEVELS = {
    "healthy": _("healthy"),
    "fair": _("fair"),
    "weak": _("weak"),
    "unknown": _("not known"),
}
OUTLOOKS = {
    "steady": _("steady"),
    "watch": _("keep an eye on it"),
    "warning": _("declining"),
    "too_short": _("too little history"),
}
BADGES = {
    "healthy": "q-badge-ok",
    "fair": "q-badge-warn",
    "weak": "q-badge-bad",
    "steady": "q-badge-ok",
    "watch": "q-badge-warn",
    "warning": "q-badge-bad",
}
SERIES = {
    "newcomers": _("people who speak for the first time"),
    "answered": _("answered openers"),
    "speakers": _("speakers"),
    "messages": _("messages"),
    "joined": _("people who join"),
    "left": _("people who leave"),
}
FORMS = {"step": _("a step within three weeks"), "slide": _("a slide over twelve weeks")}
IN_MINUTES = {"speed"}
AS_FIGURE = {"spread"}
