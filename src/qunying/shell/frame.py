"""What the frame of the console links to. The frame's own pages for records and signing in are not served: every change is
an action, and the sign-in with its second step is the only door."""

from typing import Any

from allauth.account.views import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.generic import RedirectView

from qunying.kernel.actors import Actor
from qunying.kernel.console import actor_of
from qunying.members.queries.describe_members import name_of
from qunying.members.queries.list_members import list_members
from qunying.shell.menu import navigation

MOST_MEMBERS = 10


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Find pages of the menu and members (Ctrl+K), as far as who asks may open them.

    Raises:
        Unauthenticated.
    """
    actor, words = actor_of(request), request.GET.get("s", "").strip()[:100]
    found = [*_pages(request, words), *_members(actor, words)] if words else []
    return render(request, "shell/found.html", {"found": found})


def _pages(request: HttpRequest, words: str) -> list[dict[str, Any]]:
    return [
        {**item, "description": section["title"]}
        for section in navigation(request)
        for item in section["items"]
        if words.casefold() in str(item["title"]).casefold()
    ]


def _members(actor: Actor, words: str) -> list[dict[str, Any]]:
    if not actor.may("members.view"):
        return []
    members = list_members(actor=actor, search=words).rows[:MOST_MEMBERS]
    return [
        {
            "title": name_of(member, actor),
            "description": _("Member"),
            "icon": "person",
            "link": reverse("members.profile", args=[member.id]),
        }
        for member in members
    ]


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="console"), name="index"),
    path("search/", search, name="search"),
    path("password/", RedirectView.as_view(pattern_name="account_change_password"), name="password_change"),
    path("sign-out/", logout, name="logout"),
]
