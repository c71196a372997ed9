"""Change where a live code leads; the printed code stays the same."""

from datetime import datetime
from uuid import UUID

from qunying.communities.actions.create_live_code import checked_guide, lead_to
from qunying.communities.models import LiveCode
from qunying.communities.queries.list_live_codes import LiveCodeNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def change_live_code(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    live_code_id: UUID,
    community_ids: list[UUID],
    guide_id: UUID | None = None,
) -> None:
    """Let an open live code lead to other communities, in this order, or give it to another guide.

    Raises:
        LiveCodeNotFound: when it is closed or unknown.
        LiveCodeInvalid: when the communities or the guide cannot be.
    """
    code = LiveCode.objects.select_for_update().filter(pk=live_code_id, closed_at=None).first()
    if code is None:
        raise LiveCodeNotFound
    code.guide_id = checked_guide(guide_id)
    code.save(update_fields=["guide"])
    lead_to(code, community_ids)
