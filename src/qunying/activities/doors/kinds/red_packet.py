"""What staff are asked of a red packet."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunying.activities.doors.kinds.door import KindDoor
from qunying.kernel.money import to_decimal, to_minor


class RedPacketForm(forms.Form):
    """A red packet: how much, in how many shares."""

    total = forms.DecimalField(
        label=_("Money in all"), max_digits=12, decimal_places=2, min_value=Decimal("0.01")
    )
    shares = forms.IntegerField(label=_("Shares"), min_value=1)

    def settings(self, currency: str) -> dict[str, Any]:
        """Return the settings."""
        return {
            "total_minor": to_minor(self.cleaned_data["total"], currency),
            "shares": self.cleaned_data["shares"],
        }

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:
        """Return what the form shows of settings."""
        return {"total": to_decimal(settings["total_minor"], currency), "shares": settings["shares"]}


DOOR = KindDoor(form=RedPacketForm)
