"""Member pages of this noun: the link of a message, and stopping messages."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.ids import new_id
from qunying.kernel.signed_links import read_link
from qunying.messages.actions.follow_link import follow_link


def follow_link_page(request: HttpRequest, token: str) -> HttpResponse:
    """Lead from the link of a message to the page behind it."""
    now = clock.now()
    send_id = UUID(str(read_link(token, "link", now)["send"]))
    followed = follow_link(command_id=str(new_id()), actor=system("link"), now=now, send_id=send_id)
    return HttpResponseRedirect(followed.path)


urlpatterns = [
    path("l/<str:token>", follow_link_page, name="messages.follow_link"),
    path("unsubscribe/<str:token>", follow_link_page, name="messages.unsubscribe"),
]
