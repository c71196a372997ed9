"""What the builder's script says, in the language of the page."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def builder_labels() -> dict[str, Any]:
    """Return the texts of the rule builder."""
    return {
        "all": _("all of these hold"),
        "any": _("at least one of these holds"),
        "join": _("How the conditions are joined"),
        "add": _("+ Add a condition"),
        "yes": _("is so"),
        "not": _("is not so"),
        "negate": _("Is so, or is not so"),
        "remove": _("Remove"),
        "kind": _("Kind of condition"),
        "broken": _("This JSON has a mistake; the rows come back when it is right."),
        "operator": _("Comparison"),
        "value": _("value"),
        "values": _("values, separated by commas"),
        "pick": _("+ value"),
        "number": _("number"),
        "count": _("how many"),
        "unit": _("unit of time"),
        "day": _("day"),
        "start": _("first day"),
        "end": _("the day after the last"),
        "until": _("until before"),
        "when": _("When"),
        "where": _("where"),
        "property": _("property"),
        "other_property": _("another property …"),
        "add_filter": _("+ where"),
        "event": _("Event"),
        "measure": _("What is asked of the event"),
        "attribute": _("Attribute"),
        "tag": _("tag"),
        "channel": _("channel"),
        "state": _("State of the consent"),
        "segment": _("Segment"),
        **_choices(),
    }


def _choices() -> dict[str, dict[str, str]]:
    return {
        "kinds": {
            "event": _("Behaviour"),
            "attribute": _("Attribute"),
            "tag": _("Tag"),
            "lifecycle": _("Lifecycle stage"),
            "rfm": _("RFM scores"),
            "segment": _("Segment"),
            "consent": _("Consent"),
            "group": _("Group of conditions"),
            "raw": _("JSON"),
        },
        "operators": {
            "in": _("is one of"),
            "not_in": _("is none of"),
            "equals": _("is exactly"),
            "at_least": _("at least"),
            "at_most": _("at most"),
            "more_than": _("more than"),
            "less_than": _("less than"),
            "known": _("is known"),
            "unknown": _("is unknown"),
        },
        "moments": {
            "within": _("was in the last"),
            "longer_ago_than": _("was longer ago than"),
            "since": _("was on or after"),
            "before": _("was before"),
        },
        "windows": {"any": _("at any time"), "within": _("in the last"), "between": _("between days")},
        "units": {"hours": _("hours"), "days": _("days"), "weeks": _("weeks"), "months": _("months")},
        "measures": {
            "count": _("number of times"),
            "never": _("never"),
            "sum_amount": _("sum of money"),
            "sum_quantity": _("sum of units"),
            "first": _("first time"),
            "last": _("last time"),
        },
        "after": {"count": _("times"), "sum_quantity": pgettext("after a number", "units")},
        "states": {"granted": _("agreed"), "withdrawn": _("declined"), "unknown": _("never asked")},
        "dimensions": {"recency": _("Recency"), "frequency": _("Frequency"), "monetary": _("Money")},
    }
