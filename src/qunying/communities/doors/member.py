"""Member pages: joining a community through a link that carries no person."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from qunying.communities.actions.join_by_link import join_by_link
from qunying.communities.queries.get_community import get_open_link
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.web import command_id_of
from qunying.members.member_web import member_page


@member_page
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the community is and its rules; let a signed-in member in on POST."""
    link = get_open_link(token)
    member = request.member  # type: ignore[attr-defined]
    if request.method == "POST" and member is not None:
        joined = join_by_link(
            command_id=command_id_of(request),
            actor=member_actor(member.id, "communities.join_by_link"),
            now=clock.now(),
            token=token,
            member_id=member.id,
        )
        text = _("You are in already.") if joined.already else _("Welcome! You are in.")
        messages.success(request, text)
        return redirect("communities.join", token)
    return render(request, "communities/join.html", {"community": link.community})


urlpatterns = [path("join/<str:token>/", join, name="communities.join")]
