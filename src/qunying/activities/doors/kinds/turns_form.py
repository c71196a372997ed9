"""What staff are asked where points may buy turns."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunying.activities.rules import DEAREST_TURN, MOST_BOUGHT

TURN_FIELDS = ["turn_points", "most_bought"]


class SellsTurnsForm(forms.Form):
    """What a further turn costs, and how many a member may buy."""

    turn_points = forms.IntegerField(
        label=_("Points for a further turn"),
        min_value=0,
        max_value=DEAREST_TURN,
        required=False,
        help_text=_(
            "Who has neither a free turn (in all and per day, see above) nor a chance left may pay so many. Empty: no turn is sold. With 0 times per member, turns are only for points."
        ),
    )
    most_bought = forms.IntegerField(
        label=_("Turns that a member may buy"), min_value=1, max_value=MOST_BOUGHT, required=False
    )

    def clean(self) -> dict[str, Any]:
        """See that it is said how many turns are sold."""
        typed: dict[str, Any] = self.cleaned_data
        if typed.get("turn_points") and not typed.get("most_bought") and not self.has_error("most_bought"):
            self.add_error("most_bought", _("Say how many turns a member may buy."))
        return typed

    def turn_settings(self) -> dict[str, int]:
        """Return what was typed of turns for points."""
        return {name: self.cleaned_data.get(name) or 0 for name in TURN_FIELDS}


def turns_initial(settings: Mapping[str, Any]) -> dict[str, int | None]:
    """Return what a form shows of turns for points."""
    return {name: settings.get(name) or None for name in TURN_FIELDS}
