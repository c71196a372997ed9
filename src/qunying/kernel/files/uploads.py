"""Where uploaded files lie until they are imported."""

import os
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from qunying.kernel.files.byte_stream import too_large
from qunying.kernel.files.limits import FileEmpty
from qunying.kernel.ids import new_id


def import_folder(run_id: UUID) -> Path:
    """Return the folder of an import: the uploaded file and the error file."""
    return Path(settings.FILES_ROOT) / "imports" / str(run_id)


def store_upload(run_id: UUID, file: "UploadedFile[Any]") -> Path:
    """Keep an uploaded file under its import; the name that its sender gave it is never part of a path.

    Sending the same upload again finds the first one in place, also while that is still being written: each sender
    writes a file of its own, and only whole ones take its place.

    Raises:
        FileEmpty, FileTooLarge: when it is not worth keeping.
    """
    if not file.size:
        raise FileEmpty
    if file.size > settings.MAX_IMPORT_BYTES:
        raise too_large()
    path = import_folder(run_id) / "upload"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"upload-{new_id()}")
    try:
        with part.open("xb") as kept:
            shutil.copyfileobj(file, kept, 1 << 20)
            kept.flush()
            os.fsync(kept.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def forget_upload(run_id: UUID) -> None:
    """Remove the folder of an import."""
    shutil.rmtree(import_folder(run_id), ignore_errors=True)
