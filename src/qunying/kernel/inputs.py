"""Form inputs that browsers have of their own: a calendar, a clock, both."""

from datetime import datetime
from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """A calendar of the browser."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeOfDayInput(forms.TimeInput):
    """A clock of the browser, to the minute."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class LocalTimeInput(forms.DateTimeInput):
    """A calendar and a clock of the browser, to the minute; seconds are kept where there are some. What is typed has no zone;
    the form knows which it is.
    """

    input_type = "datetime-local"

    def format_value(self, value: Any) -> str | None:
        """Write an instant as the browser reads it."""
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%dT%H:%M:%S" if value.second else "%Y-%m-%dT%H:%M")
        return super().format_value(value)
