"""What honours put into the member centre: one's badges, and the way to the leaderboard."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from qunying.honours.queries.list_badges import list_held
from qunying.members.centre import Tab, Visit, list_page, panel

SHOWN = 6

list_page(
    Tab.MEMBERSHIP,
    50,
    "honours.my_badges",
    _("My badges"),
    _("What you are thanked for, and what comes next"),
)
list_page(
    Tab.COMMUNITY, 50, "honours.leaderboard", _("Leaderboard"), _("Who contributes most"), is_public=True
)


@panel(Tab.ME, 10, "honours/own_badges.html")
@panel(Tab.HOME, 60, "honours/own_badges.html")
def badges(visit: Visit) -> dict[str, Any] | None:
    """The badges that were given last."""
    assert visit.member is not None  # noqa: S101 - not a public part
    held = list_held([visit.member.id]).get(visit.member.id, [])
    return {"held": held[:SHOWN]} if held else None
