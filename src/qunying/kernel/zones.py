"""Time zones for people to choose from."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import get_timezone_location
from django.utils.translation import get_language, to_locale

DEFAULT_ZONE = "Asia/Shanghai"  # of a brand that has not said where it is


def list_zones(now: datetime, *, also: str = "") -> list[tuple[str, str]]:
    """Return (IANA name, what people read) of every zone that is in use somewhere, from west to east.

    Args:
        now: the instant whose distance from UTC is shown.
        also: a zone to list even if it is only another name of one.
    """
    found = _zones(now.replace(minute=0, second=0, microsecond=0), to_locale(get_language() or "en"))
    if also and also not in dict(found):
        return [(also, also), *found]
    return found


@lru_cache(maxsize=8)
def _zones(hour: datetime, locale: str) -> list[tuple[str, str]]:
    known = available_timezones()
    names = [name for name in get_global("zone_territories") if "/" in name and name in known]
    zones = [(hour.astimezone(ZoneInfo(name)), name) for name in names if not name.startswith("Etc/")]
    shown = [(local.utcoffset(), _title(local, name, locale), name) for local, name in zones]
    return [(name, title) for _offset, title, name in sorted(shown)]


def _title(local: datetime, name: str, locale: str) -> str:
    sign = f"{local:%z}"
    return (
        f"UTC{sign[:3]}:{sign[3:5]} {get_timezone_location(name, locale=locale, return_city=True)} ({name})"
    )
