"""What the doors need to know of a kind of activity: its form, the sentence after taking part, routes of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja import Router

from qunying.activities.doors.shown import what
from qunying.activities.models import Activity, Award
from qunying.activities.took_part import TookPart


def tell_prizes(activity: Activity, took: TookPart) -> str:
    """Return the sentence that tells what was won."""
    if not took.prizes:
        return _("No prize this time.")
    if took.prizes[0].kind == Award.Kind.MONEY:
        won = Award.objects.get(pk=took.prizes[0].award_id)
        said = _("You got {amount}.").format(amount=what(won, activity.currency))
    else:
        said = _("You won: {prize}").format(prize=", ".join(prize.name for prize in took.prizes))
    return f"{said} {tell_held()}" if is_held(took) else said


def is_held(took: TookPart) -> bool:
    """Tell whether a prize is held for review."""
    return any(prize.state == Award.State.HELD for prize in took.prizes)


def tell_held() -> str:
    """Return where a member reads of what is held."""
    return _("A person of our team looks at it before it is given: “Held for review” shows why.")


def read_choice(typed: QueryDict) -> str:
    """Return what a member typed or chose."""
    return typed.get("choice", "")[:200]


def show_nothing_else(activity: Activity, member_id: UUID | None, now: datetime) -> Mapping[str, Any]:  # noqa: ARG001
    """Return nothing: rules, prizes and what was won are on every page."""
    return {}


def no_panel(activity: Activity) -> Mapping[str, Any]:  # noqa: ARG001
    """Return nothing: counts, stock and prizes are on every page of the console."""
    return {}


class PlainForm(forms.Form):
    """A form whose fields are the settings, name by name."""

    def settings(self, currency: str) -> dict[str, Any]:  # noqa: ARG002
        """Return the settings without the prizes."""
        return dict(self.cleaned_data)

    @classmethod
    def initial_of(cls, settings: dict[str, Any], currency: str) -> dict[str, Any]:  # noqa: ARG003
        """Return what the form shows of settings."""
        return {name: settings[name] for name in cls.base_fields}


@dataclass(frozen=True)
class KindDoor:
    """The doors of one kind.

    form: asks staff for the settings (``settings(currency)`` and ``initial_of(settings, currency)``). told: what a
    member reads after taking part. read: makes what a member sent one text. shown: what the member's page shows besides. panel: what the kind's part of the console page shows.
    panel_acts: what its buttons do there, as verbs of ``activities``; who may not do it is not shown the button.
    member, console, api: routes that only this kind has.
    """

    form: type[Any]
    told: Callable[[Activity, TookPart], str] = tell_prizes
    read: Callable[[QueryDict], str] = read_choice
    shown: Callable[[Activity, UUID | None, datetime], Mapping[str, Any]] = show_nothing_else
    panel: Callable[[Activity], Mapping[str, Any]] = no_panel
    panel_acts: Sequence[str] = ()
    member: Sequence[URLPattern] = ()
    console: Sequence[URLPattern] = ()
    api: Router | None = None
