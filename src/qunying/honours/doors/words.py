"""The contribution score in words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qunying.honours.measures import Measure
from qunying.honours.ranking import get_weights


def formula_lines() -> list[tuple[str, str]]:
    """Return what each act is worth: its name, and the points with the daily limit."""
    lines = []
    for measure, weight in get_weights().items():
        points = ngettext("{points} point each", "{points} points each", weight.points).format(
            points=weight.points
        )
        if weight.per_day:
            points = _("{points}, at most {number} a day").format(points=points, number=weight.per_day)
        lines.append((str(measure.label), points))
    return lines


def parts_lines(parts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return where a score comes from, the largest part first."""
    return sorted(((str(Measure(name).label), points) for name, points in parts.items()), key=lambda p: -p[1])
