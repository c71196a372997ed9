"""Taking over a file of messages: batch by batch, each one a command, so that it can be stopped, repeated and resumed."""

from collections.abc import Callable
from datetime import datetime
from itertools import batched
from pathlib import Path
from uuid import UUID

from django.db.models import F

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.actions.receive_messages import Received, receive_messages
from qunying.communities.inbound.incoming import IncomingMessage
from qunying.communities.inbound.message_file import BadRow, read_message_file
from qunying.communities.models import MessageImport
from qunying.kernel.actors import Actor, system
from qunying.kernel.files.uploads import forget_upload, import_folder
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Problem
from qunying.kernel.web import csv_text

BATCH = 1_000
MAX_ERRORS = 10_000


def import_file(
    path: Path,
    community_id: UUID,
    *,
    zone: str,
    actor: Actor,
    clock: Callable[[], datetime],
    on_batch: Callable[[Received, list[BadRow]], bool],
) -> None:
    """Store the messages of a file; rows that are none are handed on and stop nobody.

    Args:
        on_batch: told after each batch what it changed and which rows were refused; False stops.

    Raises:
        CommunityNotFound, NoMessagesThere, and what ``kernel.files`` raises.
    """
    run = new_id()
    for number, some in enumerate(batched(read_message_file(path, zone), BATCH)):
        bad = [row for row in some if isinstance(row, BadRow)]
        received = receive_messages(
            command_id=f"{run}:{number}",
            actor=actor,
            now=clock(),
            community_id=community_id,
            rows=[row for row in some if isinstance(row, IncomingMessage)],
        )
        if not on_batch(received, bad):
            return


def errors_path(import_id: UUID) -> Path:
    """Return where the refused rows of an import are kept."""
    return import_folder(import_id) / "errors.csv"


def run_message_import(import_id: UUID, *, clock: Callable[[], datetime]) -> None:
    """Run a waiting import; one that was interrupted begins anew, which changes nothing that is stored."""
    rows = MessageImport.objects.filter(pk=import_id)
    begun = rows.filter(state__in=[MessageImport.State.WAITING, MessageImport.State.RUNNING])
    if not begun.update(
        state=MessageImport.State.RUNNING, rows_read=0, new=0, changed=0, unchanged=0, refused=0
    ):
        return
    run = rows.get()
    errors: list[BadRow] = []

    def note(received: Received, bad: list[BadRow]) -> bool:
        errors.extend(bad[: MAX_ERRORS - len(errors)])
        rows.update(
            rows_read=F("rows_read") + received.rows + len(bad),
            new=F("new") + received.new,
            changed=F("changed") + received.changed,
            unchanged=F("unchanged") + received.unchanged,
            refused=F("refused") + len(bad),
        )
        return rows.filter(state=MessageImport.State.RUNNING).exists()

    try:
        import_file(
            import_folder(import_id) / "upload",
            run.community_id,
            zone=get_brand().zone,
            actor=system("import_messages"),
            clock=clock,
            on_batch=note,
        )
        ended = {"state": MessageImport.State.DONE, "problem": ""}
    except Problem as problem:
        ended = {"state": MessageImport.State.FAILED, "problem": str(problem)}
    rows.filter(state=MessageImport.State.RUNNING).update(**ended)
    rows.update(finished_at=clock())
    forget_upload(import_id)
    if errors:
        path = errors_path(import_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            csv_text(["row", "field", "value"], ((one.row, one.field, one.value) for one in errors))
        )
