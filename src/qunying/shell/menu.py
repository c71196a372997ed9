"""The console's menu, in the order of the loop. An entry shows when its page exists and the role may open it."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext_lazy

# The context keeps a word of the menu apart from the same word elsewhere. section · [(title, url name, icon, permission)]
MENU: list[tuple[Any, list[tuple[Any, str, str, str]]]] = [
    (
        pgettext_lazy("menu", "Know"),
        [
            (pgettext_lazy("menu", "Overview"), "insights.dashboard", "monitoring", "insights.view"),
            (pgettext_lazy("menu", "Members"), "members.list", "group", "members.view"),
            (pgettext_lazy("menu", "Segments"), "segments.list", "workspaces", "segments.view"),
            (pgettext_lazy("menu", "Analysis"), "insights.analysis", "query_stats", "insights.view"),
        ],
    ),
    (
        pgettext_lazy("menu", "Plan"),
        [(pgettext_lazy("menu", "Campaign plans"), "campaigns.plans", "edit_calendar", "campaigns.view")],
    ),
    (
        pgettext_lazy("menu", "Engage"),
        [
            (pgettext_lazy("menu", "Communities"), "communities.list", "forum", "communities.view"),
            (pgettext_lazy("menu", "Group messages"), "communities.messages", "chat", "communities.view"),
            (
                pgettext_lazy("menu", "Community service"),
                "communities.service",
                "support_agent",
                "communities.view",
            ),
            (pgettext_lazy("menu", "Content"), "content.calendar", "calendar_month", "content.view"),
            (pgettext_lazy("menu", "Boards"), "content.boards", "chat", "content.view"),
            (pgettext_lazy("menu", "Activities"), "activities.list", "celebration", "activities.view"),
            (pgettext_lazy("menu", "Campaigns"), "campaigns.list", "campaign", "campaigns.view"),
            (pgettext_lazy("menu", "Messages"), "messages.list", "outgoing_mail", "messages.view"),
        ],
    ),
    (
        pgettext_lazy("menu", "Reward"),
        [
            (pgettext_lazy("menu", "Coupons"), "rewards.list", "confirmation_number", "rewards.view"),
            (pgettext_lazy("menu", "Tiers"), "rewards.tiers", "military_tech", "rewards.view"),
            (pgettext_lazy("menu", "Earning"), "rewards.earning", "savings", "rewards.view"),
            (pgettext_lazy("menu", "Badges"), "honours.badges", "workspace_premium", "honours.view"),
            (pgettext_lazy("menu", "What is owed"), "rewards.liability", "request_quote", "ledger.view"),
            (pgettext_lazy("menu", "Points shop"), "points_shop.list", "redeem", "points_shop.view"),
            (pgettext_lazy("menu", "Sending"), "fulfilment.list", "local_shipping", "fulfilment.view"),
            (pgettext_lazy("menu", "Invitations"), "referrals.programmes", "person_add", "referrals.view"),
            (pgettext_lazy("menu", "Ledger"), "ledger.accounts", "account_balance", "ledger.view"),
        ],
    ),
    (
        pgettext_lazy("menu", "Listen"),
        [(pgettext_lazy("menu", "Crises"), "listening.crises", "crisis_alert", "listening.view")],
    ),
    (
        pgettext_lazy("menu", "Govern"),
        [
            (pgettext_lazy("menu", "Review"), "moderation.queue", "gavel", "moderation.view"),
            (pgettext_lazy("menu", "Penalties"), "moderation.penalties", "block", "moderation.view"),
            (pgettext_lazy("menu", "Data requests"), "members.data_requests", "privacy_tip", "members.view"),
            (pgettext_lazy("menu", "Appeals"), "moderation.appeals", "balance", "moderation.view"),
            (pgettext_lazy("menu", "Rules"), "moderation.rules", "menu_book", "moderation.view"),
            (pgettext_lazy("menu", "Fraud review"), "vetting.queue", "fact_check", "vetting.view"),
            (pgettext_lazy("menu", "Watched words"), "moderation.words", "spellcheck", "moderation.view"),
        ],
    ),
    (
        pgettext_lazy("menu", "Settings"),
        [
            (pgettext_lazy("menu", "Staff"), "accounts.staff", "badge", "accounts.view"),
            (pgettext_lazy("menu", "Import"), "intake.imports", "upload_file", "intake.view"),
            (pgettext_lazy("menu", "Event stream"), "intake.events", "stream", "intake.view"),
            (pgettext_lazy("menu", "Interfaces"), "accounts.keys", "api", "accounts.view"),
            (pgettext_lazy("menu", "Audit"), "accounts.audit", "policy", "accounts.view_audit"),
            (pgettext_lazy("menu", "Brand"), "accounts.brand", "storefront", "accounts.view"),
        ],
    ),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the menu as the console frame wants it; of the entries that lie above a page, the nearest is marked."""
    sections = [
        (title, [item for entry in entries if (item := _item(request, *entry))]) for title, entries in MENU
    ]
    above = [item for _title, items in sections for item in items if request.path.startswith(item["link"])]
    here = max(above, key=lambda item: len(item["link"]), default=None)
    for _title, items in sections:
        for item in items:
            item["active"] = item is here
    return [{"title": title, "separator": True, "items": items} for title, items in sections if items]


def _item(request: HttpRequest, title: Any, name: str, icon: str, permission: str) -> dict[str, Any] | None:
    actor = getattr(request.user, "actor", None)
    if actor is None or not actor.may(permission):
        return None
    try:
        link = reverse(name)
    except NoReverseMatch:
        return None
    return {"title": title, "icon": icon, "link": link}
