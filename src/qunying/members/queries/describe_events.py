"""Events of a timeline in words that people read."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from qunying.members.models import Identity
from qunying.members.queries.attribute_titles import VALUE_TITLES, attribute_title, value_title
from qunying.members.queries.consent_wording import CHANNEL_TITLES
from qunying.members.queries.stage_titles import STAGE_TITLES
from qunying.stream.events import EventType
from qunying.stream.queries.list_timeline import TimelineEntry

# What says nothing to a reader of the timeline: proofs, and keys and ids of the machinery.
_SILENT = {"text_hash", "actor", "serial", "key", "prize", "given", "reference", "total_minor"}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What holds a value of the event's attribute.
_VALUES = {"old", "new", "level"}


def event_title(name: str) -> str:
    """Return the title of an event's type; the name itself for types that only sources outside know."""
    known = EventType.known.get(name)
    return str(known.title) if known else name


def event_facts(entry: TimelineEntry) -> list[str]:
    """Return the properties of an event as short texts, a change as “country: Germany → France”."""
    properties = {name: value for name, value in entry.properties.items() if _says_something(name, value)}
    # An event of an attribute, or one whose noun is an attribute: tier_changed.
    attribute = entry.properties.get("attribute") or entry.name.partition("_")[0]
    properties = {name: _words(entry.name, name, value, attribute) for name, value in properties.items()}
    properties = {name: value for name, value in properties.items() if value}
    facts = _change(entry.properties, properties)
    if entry.product:
        facts.append(entry.product)
    return facts + [value for name, value in properties.items() if value not in facts and name != "source"]


def _says_something(name: str, value: str) -> bool:
    return bool(value) and name not in _SILENT and _ID.fullmatch(value) is None


def _change(all_properties: Mapping[str, str], left: dict[str, str]) -> list[str]:
    if "new" not in all_properties:
        return []
    subject = left.pop("attribute", "") or left.pop("channel", "")
    old, new = left.pop("old", "") or "—", left.pop("new", "") or "—"
    change = f"{old} → {new}"
    return [f"{attribute_title(subject)}: {change}" if subject else change]


def _words(event: str, name: str, value: str, attribute: str) -> str:
    """Return what a property's value is called where the noun's own events use a code for it."""
    if event in {"identity_added", "contact_revealed"} and name == "type":
        return str(dict(Identity.Type.choices).get(value, value))
    if name in _VALUES and attribute in VALUE_TITLES:
        return value_title(attribute, value)
    if event == "stage_changed":
        return str(STAGE_TITLES.get(value, value))
    if event == "consent_changed" and name == "channel":
        return str(CHANNEL_TITLES.get(value, value))
    words = known.words.get(name, {}) if (known := EventType.known.get(event)) is not None else {}
    parts = value.split(",")
    if any(part in words for part in parts):
        return ", ".join(str(words.get(part, part)) for part in parts)
    return {"granted": _("agreed"), "withdrawn": _("withdrawn")}.get(value, value)
