"""The member centre: what the nouns put on its start pages, and the tab under which each page is found.

    list_page(Tab.MEMBERSHIP, 20, "rewards.my_points", _("My points"), _("What you have and what ends soon"))

    @panel(Tab.HOME, 30, "rewards/home_points.html")
    def points(visit: Visit) -> dict[str, Any] | None: ...   # None: nothing to show

A noun declares them in ``doors/centre.py``; the shell mounts that door. In the template, what the function returned is ``panel``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from qunying.members.models import Member

type Words = str | Promise


class Tab(StrEnum):
    """The five start pages, in the order of the bar at the bottom."""

    HOME = "home"
    ACTIVITIES = "activities"
    MEMBERSHIP = "membership"
    COMMUNITY = "community"
    ME = "me"


TITLES = {
    Tab.HOME: pgettext_lazy("tab", "Home"),
    Tab.ACTIVITIES: pgettext_lazy("tab", "Activities"),
    Tab.MEMBERSHIP: pgettext_lazy("tab", "Membership"),
    Tab.COMMUNITY: pgettext_lazy("tab", "Community"),
    Tab.ME: pgettext_lazy("tab", "Me"),
}


PAGES = {  # the pages of tabs are where their nouns are; names are not imports
    Tab.HOME: "members.home",
    Tab.ACTIVITIES: "activities.member_list",
    Tab.MEMBERSHIP: "members.membership",
    Tab.COMMUNITY: "members.community",
    Tab.ME: "members.me",
}


@dataclass(frozen=True)
class Visit:
    """Who looks at a start page, and when. ``member`` is None for somebody who has not signed in."""

    member: Member | None
    now: datetime
    zone: str


@dataclass(frozen=True)
class Entry:
    """A page that is listed under a tab; those below its address belong to the tab, too."""

    tab: Tab
    place: int
    page: str
    title: Words
    about: Words
    is_public: bool

    @property
    def url(self) -> str:
        """The page's address."""
        return reverse(self.page)


type Fill = Callable[[Visit], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A part of a start page, with the template that shows what its function finds."""

    tab: Tab
    place: int
    template: str
    fill: Fill
    is_public: bool


_entries: dict[str, Entry] = {}
_panels: dict[str, Panel] = {}


def list_page(
    tab: Tab, place: int, page: str, title: Words, about: Words = "", *, is_public: bool = False
) -> None:
    """List a page under a tab.

    Args:
        tab: under which of the five.
        place: smaller ones come first.
        page: the name of its address, which takes no arguments.
        title: what members read.
        about: one line below it.
        is_public: whether it is of use to somebody who has not signed in.
    """
    _entries[page] = Entry(tab, place, page, title, about, is_public)


def panel(tab: Tab, place: int, template: str, *, is_public: bool = False) -> Callable[[Fill], Fill]:
    """Declare a function a part of a start page; what is not public is asked for members only."""

    def declare(fill: Fill) -> Fill:
        _panels[f"{tab}:{fill.__module__}.{fill.__name__}"] = Panel(tab, place, template, fill, is_public)
        return fill

    return declare


def list_entries(tab: Tab, *, signed_in: bool) -> list[Entry]:
    """Return the pages under a tab in their order."""
    found = [entry for entry in _entries.values() if entry.tab == tab and (signed_in or entry.is_public)]
    return sorted(found, key=lambda entry: (entry.place, entry.page))


def fill_panels(tab: Tab, visit: Visit) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the parts of a start page that have something to show: template and what it shows."""
    filled = []
    for each in sorted(_panels.values(), key=lambda each: (each.place, each.template)):
        if each.tab == tab and (each.is_public or visit.member is not None):
            shown = each.fill(visit)
            if shown is not None:
                filled.append((each.template, shown))
    return filled


def tab_of(path: str) -> Tab | None:
    """Return the tab to which a page belongs: that of the nearest listed page above its address."""
    starts = {entry.url: entry.tab for entry in _entries.values()} | {tab_url(tab): tab for tab in Tab}
    home = tab_url(Tab.HOME)
    del starts[home]  # everything is below it
    if path == home:
        return Tab.HOME
    above = [start for start in starts if path.startswith(start)]
    return starts[max(above, key=len)] if above else None


def tab_url(tab: Tab) -> str:
    """Return the address of a tab's start page."""
    return reverse(PAGES[tab])


def greeting_at(now: datetime, zone: str) -> str:
    """Return how to greet somebody at this hour of the brand's day."""
    hour = now.astimezone(ZoneInfo(zone)).hour
    if hour < 5 or hour >= 18:
        return _("Good evening")
    return _("Good morning") if hour < 12 else _("Good afternoon")
