"""Rights to buy, as members, staff and the shop see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.activities.goods import GoodsSettings
from qunying.activities.models import Activity, Right, Team
from qunying.activities.stock import levels_of
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids
from qunying.rewards.codes import hash_code, open_code, read_code, written

MOST_SHOWN = 20


class UnknownRight(Problem):
    """There is no such right, or not for whoever asks."""

    code = "unknown_right"
    kind = Kind.NOT_FOUND
    message = _("There is no such right to buy.")


class UnknownTeam(Problem):
    """There is no such team in this activity."""

    code = "unknown_team"
    kind = Kind.NOT_FOUND
    message = _("There is no such team.")


@dataclass(frozen=True)
class RightShown:
    """A right with its code as people read it."""

    right: Right
    code: str


def get_right(right_id: UUID) -> Right:
    """Return a right.

    Raises:
        UnknownRight.
    """
    found = Right.objects.select_related("activity").filter(pk=right_id).first()
    if found is None:
        raise UnknownRight
    return found


def get_right_by_code(code: str) -> Right:
    """Return a right by the code that a member shows.

    Raises:
        UnknownRight: also for what cannot be a code.
    """
    read = read_code(code)
    found = (
        Right.objects.select_related("activity").filter(code_hash=hash_code(read)).first() if read else None
    )
    if found is None:
        raise UnknownRight
    return found


def code_of(right: Right) -> str:
    """Return the code of a right as people read it."""
    return written(open_code(bytes(right.sealed_code)))


def list_rights(
    *, activity_id: UUID | None = None, member_ids: Sequence[UUID] | None = None, state: str = ""
) -> QuerySet[Right]:
    """Return rights: of an activity, of a member under all of their ids, in a state."""
    found = Right.objects.select_related("activity", "team")
    if activity_id is not None:
        found = found.filter(activity_id=activity_id)
    if member_ids is not None:
        found = found.filter(member_id__in=member_ids)
    return found.filter(state=state) if state else found


def list_my_rights(activity_id: UUID | None, member_id: UUID | None) -> list[RightShown]:
    """Return a member's latest rights with their codes: of an activity, or of all."""
    if member_id is None:
        return []
    found = list_rights(activity_id=activity_id, member_ids=list_own_ids(member_id))
    return [RightShown(right, code_of(right)) for right in found.order_by("-taken_at", "-id")[:MOST_SHOWN]]


def list_goods(activity: Activity, settings: GoodsSettings) -> dict[str, Any]:
    """Return what a right is for, what it costs and how many rights the stock is still enough for."""
    total = settings.rights()
    left = total
    if activity.opened_at is not None:
        names, levels = settings.keys(), levels_of(activity)
        left = min(levels[names[code]].left // count for code, count in settings.needed().items())
    return {
        "goods": settings.lines,
        "price_minor": settings.total_minor_of_one(),
        "list_price_minor": sum(line.list_price_minor * line.quantity for line in settings.lines),
        "rights_left": left,
        "rights_total": total,
        "minutes": settings.minutes,
    }


def get_team(team_id: UUID) -> Team:
    """Return a team.

    Raises:
        UnknownTeam.
    """
    found = Team.objects.select_related("activity").filter(pk=team_id).first()
    if found is None:
        raise UnknownTeam
    return found


def list_teams(activity_id: UUID, state: str = "") -> QuerySet[Team]:
    """Return the teams of an activity."""
    found = Team.objects.filter(activity_id=activity_id)
    return found.filter(state=state) if state else found


def count_rights(activity_id: UUID) -> dict[str, int]:
    """Return how many rights of an activity are in each state."""
    rows = Right.objects.filter(activity_id=activity_id).values("state").annotate(count=Count("id"))
    return {row["state"]: row["count"] for row in rows}
