"""Files of messages that are taken over."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.models import MessageImport
from qunying.kernel.problems import Kind, Problem


class MessageImportNotFound(Problem):
    """No file was received under this id."""

    code = "message_import_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such import of messages.")


def get_message_import(import_id: UUID, *, lock: bool = False) -> MessageImport:
    """Return an import with its community.

    Args:
        lock: whether it is about to be changed in the present transaction.

    Raises:
        MessageImportNotFound: when there is none.
    """
    rows = MessageImport.objects.select_related("community").filter(pk=import_id)
    run = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if run is None:
        raise MessageImportNotFound
    return run
