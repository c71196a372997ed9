"""Keep how the columns of a kind of file are read, for the next files of that kind."""

from collections.abc import Mapping
from datetime import datetime

from qunying.communities.inbound.message_mapping import checked_columns
from qunying.communities.models import MessageMapping
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text


@action
def save_message_mapping(
    *, command_id: str, actor: Actor, now: datetime, name: str, columns: Mapping[str, str]
) -> int:
    """Keep a mapping under a name, in place of one that has the name; return its id.

    It is proposed by itself for files that have all its columns.

    Args:
        name: up to 80 characters.
        columns: header by field.

    Raises:
        BadText, BadMessageMapping, NoMessagesThere: when it makes no sense by itself.
    """
    plain = checked_text(name, field="name", max_length=80)
    kept = {"columns": checked_columns(columns), "changed_at": now}
    mapping, _is_new = MessageMapping.objects.update_or_create(name=plain, defaults=kept)
    return mapping.pk
