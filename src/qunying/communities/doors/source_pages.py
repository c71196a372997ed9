"""Console pages of message sources: the address to give to a platform, its chats, what was refused."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from qunying.communities.actions.close_source import close_source
from qunying.communities.actions.connect_chat import connect_chat
from qunying.communities.actions.create_source import create_source
from qunying.communities.inbound.platforms.opening import made_secret
from qunying.communities.models import Community, MessageSource
from qunying.communities.queries.get_source import get_source, list_chats, list_sources
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.problems import Problem
from qunying.kernel.refusals import told_in
from qunying.kernel.sealing import unseal
from qunying.kernel.web import act_of


class SourceForm(forms.Form):
    """A new source."""

    platform = forms.ChoiceField(label=gettext_lazy("Platform"), choices=MessageSource.Platform)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    secret = forms.CharField(
        label=gettext_lazy("Secret of the platform"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput,
        help_text=gettext_lazy(
            "WeCom: EncodingAESKey; DingTalk: AppSecret; Feishu: Encrypt Key. Telegram and own programs: leave it empty, one is made."
        ),
    )
    token = forms.CharField(
        label=gettext_lazy("Token (WeCom only)"), max_length=100, required=False, widget=forms.PasswordInput
    )


@page("communities.view")
def sources_page(request: StaffRequest) -> HttpResponse:
    """List the sources."""
    return show(
        request,
        "communities/sources.html",
        _("Message sources"),
        {"tab": "sources", "sources": list_sources()},
    )


@page("communities.create_source")
def new_source_page(request: StaffRequest) -> HttpResponse:
    """Set up a source."""
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            made = create_source(**act_of(request), **form.cleaned_data)
            messages.success(request, _("The source is set up. Give its address to the platform."))
            return redirect("communities.source", made.source_id)
    return show(request, "communities/source_form.html", _("New message source"), {"form": form})


@page("communities.create_source")
def source_page(request: StaffRequest, source_id: UUID) -> HttpResponse:
    """Show a source; a POST shows the secret that was made for it."""
    source = get_source(source_id)
    context: dict[str, Any] = {
        "source": source,
        "address": f"{settings.PUBLIC_URL}{reverse('communities.deliver', args=[source.pk])}",
        "chats": list_chats(source_id),
        "communities": Community.objects.order_by("name"),
        "is_made_here": made_secret(source.platform) is not None,
        "refusal": _refusal(source.refusal),
    }
    if request.method == "POST" and context["is_made_here"]:
        context["secret"] = unseal(source.sealed_secret)
    response = show(request, "communities/source.html", source.name, context)
    response["Cache-Control"] = "no-store"
    return response


def _refusal(code: str) -> str:
    problem = Problem.by_code.get(code)
    return str(problem.message).partition("{")[0].rstrip(": ") if problem else code


@require_POST
@page("communities.close_source")
def close(request: StaffRequest, source_id: UUID) -> HttpResponse:
    """Stop listening to a source."""
    close_source(**act_of(request), source_id=source_id)
    messages.success(request, _("Nothing is taken from this source any more."))
    return redirect("communities.sources")


@require_POST
@page("communities.connect_chat")
def connect(request: StaffRequest, source_id: UUID, chat_id: UUID) -> HttpResponse:
    """Say which community a chat is."""
    try:
        community_id = UUID(request.POST.get("community", ""))
    except ValueError:
        messages.error(request, _("Choose a community."))
        return redirect("communities.source", source_id)
    connected = connect_chat(**act_of(request), chat_id=chat_id, community_id=community_id)
    text = ngettext(
        "Connected. {count} message that had waited is the community's now.",
        "Connected. {count} messages that had waited are the community's now.",
        connected.messages,
    )
    messages.success(request, text.format(count=connected.messages))
    return redirect("communities.source", source_id)


urlpatterns = [
    path("communities/sources/", sources_page, name="communities.sources"),
    path("communities/sources/new/", new_source_page, name="communities.new_source"),
    path("communities/sources/<uuid:source_id>/", source_page, name="communities.source"),
    path("communities/sources/<uuid:source_id>/close/", close, name="communities.close_source"),
    path(
        "communities/sources/<uuid:source_id>/chats/<uuid:chat_id>/", connect, name="communities.connect_chat"
    ),
]
