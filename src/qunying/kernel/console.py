"""The frame of the console: pages that ask a permission, admin lists that cannot write, forms for plain records."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Concatenate

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from qunying.kernel.actors import Actor, Unauthenticated


class StaffRequest(HttpRequest):
    """A request whose sender is signed in to the console (for type checkers; ``page`` sees to it)."""

    actor: Actor


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


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """A list and a page per record of what only actions may write. Permission: ``<noun>.view``."""

    actions: ClassVar[Any] = None

    @property
    def noun(self) -> str:
        """The folder that the model belongs to."""
        return str(self.model.__module__.split(".")[1])

    def _may(self, request: HttpRequest, permission: str) -> bool:
        actor = getattr(request.user, "actor", None)
        return isinstance(actor, Actor) and actor.may(permission)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, f"{self.noun}.view")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return self._may(request, f"{self.noun}.view")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False


class PlainRecordAdmin(ReadOnlyAdmin):
    """Lists and forms for records that move no value and reach no member. Permission to write: ``<noun>.edit_<model>``."""

    @property
    def edit_permission(self) -> str:
        """The permission that adding, changing and deleting ask for."""
        return f"{self.noun}.edit_{self.model._meta.model_name}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.edit_permission)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return self._may(request, self.edit_permission)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return self._may(request, self.edit_permission)
