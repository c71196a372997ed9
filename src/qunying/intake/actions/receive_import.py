"""A file of orders is taken in, to be looked at before it is imported."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from qunying.intake.models import ImportRun
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.files.byte_stream import checked_file


@action
def receive_import(
    *, command_id: str, actor: Actor, now: datetime, run_id: UUID, path: str, file_name: str
) -> UUID:
    """Note a file that lies on this machine as an import to be started.

    Args:
        run_id: the id that the import will have; uploads lie in a folder of this name.
        path: where the file is.
        file_name: what its sender calls it.

    Raises:
        FileNotFound, NotAFile, FileEmpty, FileTooLarge: when it is not worth opening.
    """
    size = checked_file(Path(path))
    ImportRun.objects.create(
        id=run_id,
        file_name=file_name.replace("\x00", "")[:300],
        file_bytes=size,
        settings={"path": path},
        started_by=actor.key,
        created_at=now,
    )
    return run_id
