"""Live codes, where they lead, and how much room is left there."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.communities.models import LiveCode
from qunying.kernel.problems import Kind, Problem


class LiveCodeNotFound(Problem):
    """The live code does not exist, or was closed."""

    code = "live_code_not_found"
    kind = Kind.NOT_FOUND
    message = _("This invitation is no longer open.")


@dataclass(frozen=True)
class Route:
    """One community of a live code. ``room`` is how many people may still come; 0 when it is full or closed."""

    community_id: UUID
    name: str
    people: int
    capacity: int
    room: int


_ROUTES = """
SELECT t.live_code_id, c.id, c.name, p.people, c.capacity,
       CASE WHEN c.state = 'closed' THEN 0 ELSE greatest(c.capacity - p.people, 0) END
FROM communities_livecodetarget t
JOIN communities_community c ON c.id = t.community_id
CROSS JOIN LATERAL (
    SELECT count(*) AS people FROM communities_groupmember g WHERE g.community_id = c.id AND g.left_at IS NULL
) p
WHERE t.live_code_id = ANY(%s)
ORDER BY t.live_code_id, t.place
"""


def get_live_code(live_code_id: UUID) -> LiveCode:
    """Return a live code, closed ones too.

    Raises:
        LiveCodeNotFound: when there is none.
    """
    code = LiveCode.objects.select_related("guide").filter(pk=live_code_id).first()
    if code is None:
        raise LiveCodeNotFound
    return code


def find_open_live_code(token: str) -> LiveCode | None:
    """Return the open live code of a token, or None."""
    return LiveCode.objects.select_related("guide").filter(token=token[:43], closed_at=None).first()


def get_open_live_code(token: str) -> LiveCode:
    """Return the open live code of a token.

    Raises:
        LiveCodeNotFound: when there is none.
    """
    code = find_open_live_code(token)
    if code is None:
        raise LiveCodeNotFound
    return code


def list_routes(live_code_id: UUID) -> list[Route]:
    """Return where a live code leads, in order."""
    return routes_of([live_code_id])[live_code_id]


def list_live_codes() -> list[tuple[LiveCode, list[Route]]]:
    """Return the open live codes by name with where they lead."""
    codes = list(LiveCode.objects.select_related("guide").filter(closed_at=None).order_by("name"))
    routes = routes_of([code.id for code in codes])
    return [(code, routes[code.id]) for code in codes]


def routes_of(live_code_ids: list[UUID]) -> dict[UUID, list[Route]]:
    """Return where live codes lead, in order."""
    found: dict[UUID, list[Route]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_ROUTES, [live_code_ids])
        for live_code_id, *fields in cursor.fetchall():
            found[live_code_id].append(Route(*fields))
    return found
