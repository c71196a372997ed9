"""The field in which people write rounds: a line for each."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.rewards.rounds import Round

_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2})\s+(\d{1,9})", re.ASCII)


class RoundsField(forms.CharField):
    """Rounds as text, in the brand's zone: ``2026-11-25 10:00 500``."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Rounds"),
            required=False,
            max_length=5_000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_(
                "Empty: all at once. Or a line for each round: “2026-11-25 10:00 500” brings out 500 at ten o’clock."
            ),
        )

    def prepare_value(self, value: Any) -> Any:
        """Write rounds as lines."""
        if isinstance(value, str) or value is None:
            return value
        zone = ZoneInfo(get_brand().zone)
        times = [datetime.fromisoformat(row["at"]).astimezone(zone) for row in value]
        return "\n".join(
            f"{time:%Y-%m-%d %H:%M} {row['quantity']}" for time, row in zip(times, value, strict=True)
        )

    def clean(self, value: Any) -> Any:
        """Return the rounds that were written."""
        zone = ZoneInfo(get_brand().zone)
        return tuple(_read(line.strip(), zone) for line in super().clean(value).splitlines() if line.strip())


def _read(line: str, zone: ZoneInfo) -> Round:
    found = _LINE.fullmatch(line)
    try:
        at = datetime.fromisoformat(f"{found[1]}T{found[2]:0>5}" if found else "")
    except ValueError as error:
        wrong = _("“%(line)s” is not a day, a time and a number.")
        raise ValidationError(wrong, params={"line": line}) from error
    return Round(at.replace(tzinfo=zone), int(found[3]) if found else 0)
