"""What content puts into the member centre: the latest of the boards, and the way to boards, stories and works."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from qunying.content.boards.text import excerpt
from qunying.content.queries.threads import list_threads
from qunying.members.centre import Tab, Visit, list_page, panel

SHOWN = 3

list_page(
    Tab.COMMUNITY,
    10,
    "content.member_boards",
    _("Boards"),
    _("Ask, answer, talk with others"),
    is_public=True,
)
list_page(
    Tab.COMMUNITY, 20, "content.gallery", _("Buyer shows"), _("What other members show"), is_public=True
)
list_page(Tab.COMMUNITY, 30, "content.read", _("Stories and news"), _("What the brand tells"), is_public=True)
list_page(
    Tab.ME, 30, "content.my_submissions", _("My submissions"), _("Buyer shows and stories that you sent in")
)


@panel(Tab.HOME, 50, "boards/home_latest.html", is_public=True)
@panel(Tab.COMMUNITY, 10, "boards/home_latest.html", is_public=True)
def latest(visit: Visit) -> dict[str, Any] | None:  # noqa: ARG001 - what all parts are asked with
    """What was said last on the boards; the same for everybody."""
    threads = list_threads(size=SHOWN).rows
    if not threads:
        return None
    return {"threads": [(thread, excerpt(thread.text, 80)) for thread in threads]}
