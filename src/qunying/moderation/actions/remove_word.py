"""Strike a word off the list of watched words."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.moderation.models import WatchedWord


class WordNotFound(Problem):
    """There is no such word."""

    code = "watched_word_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such watched word.")


@action
def remove_word(*, command_id: str, actor: Actor, now: datetime, word_id: UUID) -> None:
    """Strike a word off; the audit trail keeps it.

    Raises:
        WordNotFound.
    """
    deleted, _by_kind = WatchedWord.objects.filter(pk=word_id).delete()
    if not deleted:
        raise WordNotFound
