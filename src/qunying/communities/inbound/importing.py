"""Taking over a file of messages: batch by batch, each one a command, so that it can be stopped, repeated and resumed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import blake2b
from itertools import batched
from pathlib import Path
from uuid import UUID

from django.db.models import F

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.actions.receive_messages import Received, receive_messages
from qunying.communities.inbound.incoming import IncomingMessage
from qunying.communities.inbound.message_file import BadRow, read_message_file
from qunying.communities.models import Message, MessageImport
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
    columns: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> None:
    """Store the messages of a file; rows that are none are handed on and stop nobody.

    Args:
        columns: header by field; None to go by the headers.
        dry_run: whether to count only. Messages whose id is known then count as unchanged.
        on_batch: told after each batch what it changed and which rows were refused; False stops.

    Raises:
        CommunityNotFound, NoMessagesThere, and what ``kernel.files`` raises.
    """
    run, seen = new_id(), set[bytes]()
    for number, some in enumerate(batched(read_message_file(path, zone, columns), BATCH)):
        bad = [row for row in some if isinstance(row, BadRow)]
        rows = [row for row in some if isinstance(row, IncomingMessage)]
        if dry_run:
            received = _expected(community_id, rows, seen)
        else:
            received = receive_messages(
                command_id=f"{run}:{number}", actor=actor, now=clock(), community_id=community_id, rows=rows
            )
        if not on_batch(received, bad):
            return


def _expected(community_id: UUID, rows: list[IncomingMessage], seen: set[bytes]) -> Received:
    """Count which messages of a batch would be new, and remember them for the batches to come."""
    keys = {row.platform_message_id.replace("\0", "") for row in rows}
    known = Message.objects.filter(community_id=community_id, platform_message_id__in=keys)
    stored = set(known.values_list("platform_message_id", flat=True))
    new = 0
    for key in keys - stored:
        mark = blake2b(key.encode(), digest_size=12).digest()
        new += mark not in seen
        seen.add(mark)
    return Received(rows=len(rows), new=new, changed=0, unchanged=len(rows) - new)


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
            zone=run.zone or get_brand().zone,
            columns=run.columns,
            dry_run=run.dry_run,
            actor=system("import_messages"),
            clock=clock,
            on_batch=note,
        )
        ended = {"state": MessageImport.State.DONE, "problem": ""}
    except Problem as problem:
        ended = {"state": MessageImport.State.FAILED, "problem": str(problem)}
    rows.filter(state=MessageImport.State.RUNNING).update(**ended)
    rows.update(finished_at=clock())
    path = errors_path(import_id)
    if run.dry_run:
        path.unlink(missing_ok=True)
    else:
        forget_upload(import_id)
    if errors:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            csv_text(["row", "field", "value"], ((one.row, one.field, one.value) for one in errors))
        )
