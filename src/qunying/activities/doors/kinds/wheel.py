"""What staff are asked of a wheel."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunying.activities.doors.kinds.door import KindDoor
from qunying.activities.doors.kinds.turns_form import TURN_FIELDS, SellsTurnsForm, turns_initial


class WheelForm(SellsTurnsForm):
    """A wheel: odds, or a deck when the number of plays is known."""

    field_order = ("plays", "fallback", *TURN_FIELDS)
    plays = forms.IntegerField(
        label=_("Plays in all"),
        min_value=1,
        required=False,
        help_text=_(
            "When known, prizes and blanks are shuffled into a sealed deck and chances are not needed."
        ),
    )
    fallback = forms.IntegerField(
        label=_("When a prize has run out, give prize no."),
        min_value=1,
        required=False,
        help_text=_("Empty: nothing."),
    )

    def settings(self, currency: str) -> dict[str, Any]:  # noqa: ARG002
        """Return the settings without the prizes."""
        number = self.cleaned_data.get("fallback")
        own = {"plays": self.cleaned_data.get("plays"), "fallback": f"p{number}" if number else ""}
        return {**own, **self.turn_settings()}

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:  # noqa: ARG004
        """Return what the form shows of settings."""
        own = {"plays": settings["plays"], "fallback": settings["fallback"].lstrip("p") or None}
        return {**own, **turns_initial(settings)}


DOOR = KindDoor(form=WheelForm)
