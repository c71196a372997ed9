"""What the usual attributes are called; others go by their own name."""

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


def attribute_title(name: str) -> str:
    """Return what an attribute is called in the active language."""
    return str(TITLES.get(name, name))
