"""What the usual attributes and the codes in them are called; others go by their own name."""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLES: dict[str, str | Promise] = {
    "age": _("Age"),
    "birth_year": _("Year of birth"),
    "birthday": _("Birthday"),
    "city": _("City"),
    "city_tier": _("City tier"),
    "country": _("Country"),
    "income": _("Income"),
    "interests": _("Interests"),
    "language": _("Language"),
    "occupation": _("Occupation"),
    "province": _("Province"),
    "region": _("Region"),
    "sex": _("Sex"),
    "tier": _("Tier"),
}


# Attributes whose values are codes: from the name to what says how each code is called. Nouns above add theirs.
VALUE_TITLES: dict[str, Callable[[], Mapping[str, str]]] = {}


def attribute_title(name: str) -> str:
    """Return what an attribute is called in the active language."""
    return str(TITLES.get(name, name))


def value_titles(name: str) -> Mapping[str, str]:
    """Return what the values of an attribute are called, by value; nothing where values speak for themselves."""
    return VALUE_TITLES[name]() if name in VALUE_TITLES else {}


def value_title(name: str, value: str) -> str:
    """Return what one value of an attribute is called. Whoever shows many asks ``value_titles`` once."""
    return value_titles(name).get(value, value)
