"""Make a live code."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.list_staff import find_staff
from qunying.communities.models import Community, LiveCode, LiveCodeTarget
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text

MAX_TARGETS = 50


class LiveCodeInvalid(Problem):
    """The live code cannot be like this."""

    code = "live_code_invalid"
    kind = Kind.INVALID
    message = _(
        "A live code leads to 1 to {most} open communities, each once, and its guide is on the staff."
    )


class LiveCodeNameTaken(Problem):
    """Another live code has this name."""

    code = "live_code_name_taken"
    kind = Kind.CONFLICT
    message = _("There is already a live code called “{name}”.")


@dataclass(frozen=True)
class LiveCodeCreated:
    """The new live code."""

    live_code_id: UUID
    token: str


@action
def create_live_code(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    name: str,
    source: str,
    community_ids: list[UUID],
    guide_id: UUID | None = None,
) -> LiveCodeCreated:
    """Make a live code for one source.

    Args:
        source: where it will be seen; people who come through it carry it.
        community_ids: where it leads, in this order.
        guide_id: whose code it is: a person on the staff.

    Raises:
        LiveCodeInvalid: when the communities or the guide cannot be.
        LiveCodeNameTaken: when another one has the name.
        BadText: when name or source is empty or too long.
    """
    name = checked_text(name, field="name", max_length=100)
    if LiveCode.objects.filter(name=name).exists():
        raise LiveCodeNameTaken(name=name)
    code = LiveCode.objects.create(
        name=name,
        source=checked_text(source, field="source", max_length=100),
        guide_id=checked_guide(guide_id),
        token=secrets.token_urlsafe(16),
        created_at=now,
    )
    lead_to(code, community_ids)
    return LiveCodeCreated(code.id, code.token)


def checked_guide(guide_id: UUID | None) -> UUID | None:
    """Return the id of the person on the staff.

    Raises:
        LiveCodeInvalid: when there is none.
    """
    if guide_id is None:
        return None
    if find_staff(guide_id) is None:
        raise LiveCodeInvalid(most=MAX_TARGETS)
    return guide_id


def lead_to(code: LiveCode, community_ids: list[UUID]) -> None:
    """Let a live code lead to these communities, in this order, and to no others.

    Raises:
        LiveCodeInvalid: when one is unknown, closed or named twice, or there are none or too many.
    """
    is_open = Community.objects.filter(pk__in=community_ids).exclude(state=Community.State.CLOSED)
    if not 1 <= len(community_ids) <= MAX_TARGETS or is_open.count() != len(community_ids):
        raise LiveCodeInvalid(most=MAX_TARGETS)
    code.targets.all().delete()
    LiveCodeTarget.objects.bulk_create(
        LiveCodeTarget(live_code=code, community_id=community_id, place=place)
        for place, community_id in enumerate(community_ids, 1)
    )
