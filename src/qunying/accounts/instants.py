"""An instant as it is typed in a form."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.inputs import LocalTimeInput


class LocalTimeField(forms.Field):
    """An instant as it is typed in the brand's zone."""

    widget = LocalTimeInput

    def to_python(self, value: Any) -> datetime | None:
        """Return what was typed as an aware instant."""
        if value in self.empty_values:
            return None
        try:
            typed = datetime.fromisoformat(str(value))
        except ValueError as error:
            raise forms.ValidationError(_("This is no date and time.")) from error
        return typed if typed.tzinfo else typed.replace(tzinfo=ZoneInfo(get_brand().zone))

    def prepare_value(self, value: Any) -> Any:
        """Return an instant as it is typed."""
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(ZoneInfo(get_brand().zone)).replace(tzinfo=None)
        return value
