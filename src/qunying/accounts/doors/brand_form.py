"""The form of the brand and its house rules, in the units that people use."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.accounts.models import Brand
from qunying.kernel.inputs import LocalTimeInput, TimeOfDayInput
from qunying.kernel.money import list_currencies, to_decimal, to_minor
from qunying.kernel.zones import list_zones


class BrandForm(forms.Form):
    """The brand and its house rules. The instant of analysis is in the brand's zone, the limit in its currency."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=100)
    zone = forms.ChoiceField(label=gettext_lazy("time zone"))
    currency = forms.ChoiceField(
        label=gettext_lazy("currency"),
        help_text=gettext_lazy(
            "Nothing is ever converted: revenue, scores and segments count money in this currency only."
        ),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, change currency or time zone although there is data"), required=False
    )
    quiet_from = forms.TimeField(label=gettext_lazy("quiet from"), widget=TimeOfDayInput())
    quiet_until = forms.TimeField(
        label=gettext_lazy("quiet until"),
        widget=TimeOfDayInput(),
        help_text=gettext_lazy("No promotion goes out in the quiet hours; it waits for their end."),
    )
    messages_per_day = forms.IntegerField(
        label=gettext_lazy("messages per member and day"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("0 means none, not “without limit”."),
    )
    approval_limit = forms.DecimalField(
        min_value=0,
        max_digits=14,
        help_text=gettext_lazy("Somebody else than the author approves a campaign with a larger budget."),
    )
    analysis_at = forms.DateTimeField(
        label=gettext_lazy("analyse as of"),
        required=False,
        widget=LocalTimeInput(),
        help_text=gettext_lazy("For historic data: analyses look back from this instant. Empty means now."),
    )

    def __init__(self, data: Any, *, brand: Brand, now: datetime) -> None:
        local = brand.analysis_at.astimezone(ZoneInfo(brand.zone)) if brand.analysis_at else None
        kept = ("name", "zone", "currency", "quiet_from", "quiet_until", "messages_per_day")
        super().__init__(
            data,
            initial={
                **{field: getattr(brand, field) for field in kept},
                "approval_limit": to_decimal(brand.approval_limit_minor, brand.currency),
                "analysis_at": local.replace(tzinfo=None) if local else None,
            },
        )
        if not data or all(data.get(name) == getattr(brand, name) for name in ("zone", "currency")):
            del self.fields["sure"]
        self.fields["zone"].choices = list_zones(now, also=brand.zone)  # type: ignore[attr-defined]
        self.fields["currency"].choices = list_currencies()  # type: ignore[attr-defined]
        limit = self.fields["approval_limit"]
        limit.label = _("budget that needs a second person ({currency})").format(currency=brand.currency)
        limit.widget.attrs["step"] = str(to_decimal(1, brand.currency))

    def rules(self) -> dict[str, Any]:
        """Return what was typed, as ``change_brand`` takes it."""
        values = dict(self.cleaned_data)
        limit: Decimal = values.pop("approval_limit")
        typed: datetime | None = values.pop("analysis_at")
        instant = typed.replace(tzinfo=ZoneInfo(values["zone"])).astimezone(UTC) if typed else None
        return {
            **values,
            "approval_limit_minor": to_minor(limit, values["currency"]),
            "analysis_at": instant,
            "clear_analysis_at": instant is None,
        }
