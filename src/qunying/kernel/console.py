"""The frame of the console: pages that ask a permission."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, Concatenate

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from qunying.kernel.actors import Actor, Unauthenticated
from qunying.kernel.web import ActingRequest


class StaffRequest(ActingRequest):
    """A request whose sender is signed in to the console (``page`` sees to it)."""


def actor_of(request: HttpRequest) -> Actor:
    """Return who is signed in.

    Raises:
        Unauthenticated: when nobody is.
    """
    actor = getattr(request.user, "actor", None)
    if not isinstance(actor, Actor):
        raise Unauthenticated
    return actor


def page[**P](
    permission: str,
) -> Callable[
    [Callable[Concatenate[StaffRequest, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """Make a view a page of the console: signed-in staff only, and only with this permission (an action id or ``noun.view``)."""

    def decorate(
        view: Callable[Concatenate[StaffRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            request.actor = actor_of(request)  # type: ignore[attr-defined]
            request.actor.require(permission)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)  # type: ignore[arg-type]

        wrapper.permission = permission  # type: ignore[attr-defined]
        return wrapper  # type: ignore[return-value]

    return decorate


def show(
    request: HttpRequest,
    template: str,
    title: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> TemplateResponse:
    """Render a page inside the console frame. The template extends ``kernel/console_page.html``."""
    frame = admin.site.each_context(request)
    return TemplateResponse(request, template, {**frame, "title": title, **(context or {})}, status=status)
