"""The stages of an import and how it ended, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qunying.kernel.problems import Problem

_TITLES: dict[str, Promise] = {
    "reading": gettext_lazy("Reading the file"),
    "checking": gettext_lazy("Checking the rows"),
    "waiting": gettext_lazy("Waiting for another import"),
    "products": gettext_lazy("Products"),
    "members": pgettext_lazy("stage", "Members"),
    "orders": pgettext_lazy("stage", "Orders"),
    "refunds": gettext_lazy("Refunds"),
    "countries": gettext_lazy("Countries and regions"),
    "matching": gettext_lazy("Matching refunds with orders"),
}


def stage_title(stage: str) -> str:
    """Return what an import is doing, in words."""
    return str(_TITLES.get(stage, _("Waiting to begin")))


def describe_problem(stored: Mapping[str, Any] | None) -> str:
    """Return what ended an import, in words; empty when nothing did."""
    if not stored:
        return ""
    kind = Problem.by_code.get(stored["code"])
    return (
        str(kind(**stored["fields"])) if kind else _("The import ended with an error. Import the file again.")
    )
