"""Take over a file of messages that was received, or check it first."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.actions.change_brand import checked_zone
from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.inbound.message_mapping import checked_columns
from qunying.communities.models import MessageImport
from qunying.communities.queries.get_message_import import get_message_import
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.jobs import run_soon
from qunying.kernel.problems import Kind, Problem


class MessageImportStarted(Problem):
    """The import is under way or over."""

    code = "message_import_started"
    kind = Kind.CONFLICT
    message = _("The file “{file_name}” has been started already.")


@action
def start_message_import(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    import_id: UUID,
    columns: Mapping[str, str] | None = None,
    zone: str | None = None,
    dry_run: bool = False,
) -> UUID:
    """Settle how a file is read and let the worker take it over; return the import's id.

    Args:
        import_id: what ``receive_message_import`` returned.
        columns: header by field, see ``inbound/message_mapping.py``; None to go by the headers.
        zone: of times that name none; None for the brand's.
        dry_run: read and check everything, write nothing. Can be started again afterwards.

    Raises:
        MessageImportNotFound, MessageImportStarted, BadMessageMapping, NoMessagesThere, UnknownZone.
    """
    run = get_message_import(import_id, lock=True)
    if not run.may_begin:
        raise MessageImportStarted(file_name=run.file_name)
    run.columns = None if columns is None else checked_columns(columns)
    run.zone = checked_zone(zone or get_brand().zone)
    run.dry_run = dry_run
    run.state, run.problem, run.finished_at = MessageImport.State.WAITING, "", None
    run.save()
    run_soon("communities.import_messages", import_id=str(import_id))
    return import_id
