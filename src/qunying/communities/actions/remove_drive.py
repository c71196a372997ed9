"""Give a recruitment drive up."""

from datetime import datetime
from uuid import UUID

from qunying.communities.actions.save_drive import DriveNotFound
from qunying.communities.models import RecruitmentDrive
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def remove_drive(*, command_id: str, actor: Actor, now: datetime, community_id: UUID, drive_id: UUID) -> None:
    """Remove a drive from the plan; whoever it brought stays, and the audit trail keeps it.

    Raises:
        DriveNotFound: when there is none.
    """
    deleted, _models = RecruitmentDrive.objects.filter(pk=drive_id, community_id=community_id).delete()
    if not deleted:
        raise DriveNotFound
