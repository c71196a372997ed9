"""Revoke an API key."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.models import ApiKey
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class KeyNotFound(Problem):
    """There is no such key in use."""

    code = "key_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such key in use.")


@action
def revoke_key(*, command_id: str, actor: Actor, now: datetime, key_id: UUID) -> None:
    """Make a key useless from the next request on.

    Raises:
        KeyNotFound: when there is none, or it was revoked before.
    """
    if not ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=now):
        raise KeyNotFound
