"""The console's menu, in the order of the loop. An entry shows when its page exists and the role may open it."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

# section · [(title, url name, icon, permission)]
MENU: list[tuple[Any, list[tuple[Any, str, str, str]]]] = [
    (
        _("Know"),
        [
            (_("Overview"), "insights.dashboard", "monitoring", "insights.view"),
            (_("Members"), "members.list", "group", "members.view"),
            (_("Segments"), "segments.list", "workspaces", "segments.view"),
            (_("Analysis"), "insights.analysis", "query_stats", "insights.view"),
        ],
    ),
    (_("Plan"), [(_("Campaign plans"), "campaigns.plans", "edit_calendar", "campaigns.view")]),
    (
        _("Engage"),
        [
            (_("Communities"), "communities.list", "forum", "communities.view"),
            (_("Campaigns"), "campaigns.list", "campaign", "campaigns.view"),
            (_("Messages"), "messages.list", "outgoing_mail", "messages.view"),
        ],
    ),
    (
        _("Reward"),
        [
            (_("Coupons"), "rewards.list", "confirmation_number", "rewards.view"),
            (_("Ledger"), "ledger.accounts", "account_balance", "ledger.view"),
        ],
    ),
    (
        _("Settings"),
        [
            (_("Staff"), "accounts.staff", "badge", "accounts.view"),
            (_("Import"), "intake.imports", "upload_file", "intake.view"),
            (_("Interfaces"), "accounts.keys", "api", "accounts.view"),
            (_("Audit"), "accounts.audit", "policy", "accounts.view_audit"),
            (_("Brand"), "accounts.brand", "storefront", "accounts.view"),
        ],
    ),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the menu as the console frame wants it."""
    sections = []
    for title, entries in MENU:
        items = [item for entry in entries if (item := _item(request, *entry)) is not None]
        if items:
            sections.append({"title": title, "separator": True, "items": items})
    return sections


def _item(request: HttpRequest, title: Any, name: str, icon: str, permission: str) -> dict[str, Any] | None:
    actor = getattr(request.user, "actor", None)
    if actor is None or not actor.may(permission):
        return None
    try:
        link = reverse(name)
    except NoReverseMatch:
        return None
    return {"title": title, "icon": icon, "link": link}
