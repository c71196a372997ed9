"""What activities put into the member centre: what goes on now, what comes next, and the way to one's prizes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from qunying.activities.kinds import kind_of
from qunying.activities.queries.get_activity import list_for, list_open
from qunying.members.centre import Tab, Visit, list_page, panel

SHOWN = 3

list_page(Tab.ACTIVITIES, 10, "activities.my_prizes", _("My prizes"), _("What you have won, and where it is"))
list_page(
    Tab.ACTIVITIES,
    20,
    "activities.my_rights",
    _("My rights to buy"),
    _("What you may buy at a low price, and until when"),
)


@panel(Tab.HOME, 30, "activities/home_running.html", is_public=True)
def running(visit: Visit) -> dict[str, Any] | None:
    """The activities that close first, and those that open soon."""
    member_id = visit.member.id if visit.member else None
    shown = [(row, kind_of(row.kind).title_of(row)) for row in list_for(list_open(visit.now), member_id)]
    running = [pair for pair in shown if pair[0].opens_at <= visit.now]
    coming = sorted((pair for pair in shown if pair[0].opens_at > visit.now), key=lambda p: p[0].opens_at)
    return {"running": running[:SHOWN], "coming": coming[:SHOWN]}
