"""Form inputs that browsers have of their own: a calendar, a clock, both."""

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
    """A calendar and a clock of the browser, to the second. What is typed has no zone; the form knows which it is."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M:%S", attrs={"step": 1})
