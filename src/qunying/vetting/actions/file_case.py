"""Hold something of a member for review."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.vetting.deciding import tell
from qunying.vetting.events import REWARD_HELD
from qunying.vetting.models import Case
from qunying.vetting.reasons import known
from qunying.vetting.subjects import subject_of


@action
def file_case(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: UUID,
    member_id: UUID,
    reasons: Sequence[str],
) -> UUID:
    """File something that is held back, and return the case; filed again, its reasons are added to the one there is.

    Raises:
        UnknownSubject: nothing of this sort is registered.
        ValueError: none of the reasons is known, which is a defect of the caller.
    """
    subject_of(subject_kind)
    codes = known(reasons)
    if not codes:
        raise ValueError("something is held for a reason")
    case, is_new = Case.objects.get_or_create(
        subject_kind=subject_kind,
        subject_id=subject_id,
        defaults={"member_id": member_id, "reasons": codes, "filed_at": now},
    )
    if is_new:
        tell(REWARD_HELD, case, now)
    elif case.state == Case.State.WAITING:
        case.reasons = known([*case.reasons, *codes])
        case.save(update_fields=["reasons"])
    return case.id
