"""A member says in which language they want to read us."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.events import PREFERENCE_CHANGED
from qunying.members.queries.get_member import lock_living_member
from qunying.stream.record import NewEvent, record


class UnknownLanguage(Problem):
    """Not a language that we write."""

    code = "unknown_language"
    kind = Kind.INVALID
    message = _("We do not write “{language}”.")


@action
def choose_language(*, command_id: str, actor: Actor, now: datetime, member_id: UUID, language: str) -> str:
    """Set the language of a member's pages and messages, and return it.

    Args:
        language: a code of ours, such as ``en``; empty follows the browser, and texts come as the brand writes them.

    Raises:
        MemberNotFound.
        UnknownLanguage: when it is none of ours.
    """
    if language and language not in dict(settings.LANGUAGES):
        raise UnknownLanguage(language=language[:20])
    member = lock_living_member(member_id)
    if member.language == language:
        return language
    told = {"preference": "language", "old": member.language, "new": language}
    member.language = language
    member.save(update_fields=["language"])
    record(
        NewEvent(
            type=PREFERENCE_CHANGED, occurred_at=now, received_at=now, member_id=member.id, properties=told
        )
    )
    return language
