"""Switch a kind of notice off, or on again."""

from datetime import datetime

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.messages.models import Notice
from qunying.messages.notices import get_kind


@action
def switch_notice(*, command_id: str, actor: Actor, now: datetime, notice: str, is_on: bool) -> bool:
    """Say whether a kind of notice goes out, and return it. What is planned already still does.

    Raises:
        UnknownNotice: there is no such kind.
    """
    kind = get_kind(notice)
    row = {"is_on": is_on, "changed_at": now, "changed_by": actor.key}
    Notice.objects.update_or_create(slug=kind.slug, defaults=row)
    return is_on
