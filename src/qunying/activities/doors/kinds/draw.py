"""What staff are asked of a draw."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qunying.accounts.instants import LocalTimeField
from qunying.activities.doors.kinds.door import KindDoor
from qunying.activities.doors.kinds.turns_form import TURN_FIELDS, SellsTurnsForm, turns_initial
from qunying.activities.models import Activity
from qunying.activities.queries.get_proof import short_ticket
from qunying.activities.rules import instant_text
from qunying.activities.took_part import TookPart


class DrawForm(SellsTurnsForm):
    """A draw: its public value, and who steps in."""

    field_order = ("draw_at", "source", "second_source", "alternates", *TURN_FIELDS)
    draw_at = LocalTimeField(label=_("The public value is known from"))
    source = forms.CharField(
        label=_("Public value"),
        max_length=60,
        help_text=_(
            "A number that nobody here can know or change, such as the winning numbers of a lottery of that day."
        ),
    )
    second_source = forms.CharField(label=_("Another, if the first fails"), max_length=60, required=False)
    alternates = forms.IntegerField(
        label=_("Substitutes to be drawn"), min_value=0, max_value=1_000, initial=3, required=False
    )

    def settings(self, currency: str) -> dict[str, Any]:  # noqa: ARG002
        """Return the settings without the prizes."""
        return {**draw_settings(self.cleaned_data), **self.turn_settings()}

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:  # noqa: ARG004
        """Return what the form shows of settings."""
        return {**draw_initial(settings), **turns_initial(settings)}


def draw_settings(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a draw from what was typed."""
    return {
        "draw_at": instant_text(typed["draw_at"]) if typed["draw_at"] else "",
        "sources": [source for source in (typed["source"], typed.get("second_source")) if source],
        "alternates": typed.get("alternates") or 0,
    }


def draw_initial(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form shows of the settings of a draw."""
    sources = [*settings["sources"], "", ""]
    return {
        "draw_at": datetime.fromisoformat(settings["draw_at"]) if settings["draw_at"] else None,
        "source": sources[0],
        "second_source": sources[1],
        "alternates": settings["alternates"],
    }


def tell_ticket(activity: Activity, took: TookPart) -> str:  # noqa: ARG001
    """Return the sentence that names the ticket as people compare it, with the way to the whole of it on the same page."""
    said = gettext("Ticket no. {number} is yours: {entry}.")
    said = said.format(number=took.number, entry=short_ticket(took.landed))
    return format_html('{} <a href="#tickets">{}</a>', said, gettext("How to check it"))


def show_draw(activity: Activity, member_id: UUID | None, now: datetime) -> Mapping[str, Any]:  # noqa: ARG001
    """Return from when on the public value is known, where there is one."""
    draw_at = activity.settings.get("draw_at")
    return {"draw_at": datetime.fromisoformat(draw_at)} if draw_at else {}


DOOR = KindDoor(form=DrawForm, told=tell_ticket, shown=show_draw)
