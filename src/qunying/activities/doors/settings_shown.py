"""The settings of a kind in the words of its form, so that whoever approves reads all that they approve."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from qunying.activities.checklist import local_text
from qunying.activities.doors.kinds import KIND_DOORS
from qunying.activities.kinds import kind_of
from qunying.activities.models import Activity, State
from qunying.kernel.money import display_money, to_minor


def settings_lines(activity: Activity, *, may_change: bool) -> list[tuple[str, str]]:
    """Return label and value of each setting that says something; goods and prizes are tables of their own.

    The right answers of a quiz are shown to nobody but those who may still change them.
    """
    kind = KIND_DOORS[activity.kind].form
    form = kind(initial=kind.initial_of(activity.settings, activity.currency))
    in_words = list(form.told()) if hasattr(form, "told") else []
    fields = form.besides() if kind_of(activity.kind).gives_rights or in_words else list(form)
    lines = [*_lines(fields, form.initial, activity.currency), *in_words]
    if may_change and activity.state == State.DRAFT:
        return lines
    return [
        (label, value.replace("\n* ", "\n") if "key" in activity.settings else value)
        for label, value in lines
    ]


def _lines(fields: list[forms.BoundField], known: dict[str, Any], currency: str) -> Iterator[tuple[str, str]]:
    for bound in fields:
        value = known.get(bound.name)
        if value in (None, "", [], 0) or isinstance(bound.field, forms.FileField):
            continue
        yield str(bound.label), _shown(bound.field, value, currency)


def _shown(field: forms.Field, value: Any, currency: str) -> str:
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return str(dict(choices).get(value, value))
    if isinstance(value, bool):
        return _("yes")
    if isinstance(value, datetime):
        return local_text(value)
    if isinstance(value, Decimal):
        return display_money(to_minor(value, currency), currency)
    return f"{value:,}" if isinstance(value, int) else str(value)
