"""An upload that is sent again while it is still being sent."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from qunying.kernel.files.uploads import store_upload

RUN = UUID(int=1)


class Interrupted(SimpleUploadedFile):
    """A file in whose middle its sender, who lost patience, sends it once more."""

    def read(self, *args: Any) -> bytes:
        """Return the next piece, after the other one has been stored whole."""
        if self.tell() == 0:
            store_upload(RUN, SimpleUploadedFile("orders.csv", b"whole"))
        return bytes(super().read(2))


def test_only_whole_files_take_their_place(tmp_path: Path, settings: Any) -> None:
    settings.FILES_ROOT = tmp_path
    stored = store_upload(RUN, Interrupted("orders.csv", b"whole"))
    assert stored.read_bytes() == b"whole"
    assert list(stored.parent.iterdir()) == [stored]
