"""Erasing a person: each noun says in its ``erasing.py`` how it forgets its part.

    @erases
    def forget_addresses(erasure: Erasure) -> dict[str, int]: ...   # what was forgotten, by its name

What remains is a member without a name, a contact or a word of their own: orders, books and counts hang on the id, which
leads to nobody any more.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.module_loading import autodiscover_modules

from qunying.kernel.answers import empty_answers
from qunying.members.models import (
    Attribute,
    Consent,
    DataRequest,
    Identity,
    Member,
    MemberSession,
    Merge,
    OneTimeCode,
    Tag,
)
from qunying.stream.forgetting import forget_words


@dataclass(frozen=True)
class Erasure:
    """Who is erased: all ids of one person, those merged into them as well; and when."""

    ids: tuple[UUID, ...]
    now: datetime


# Actions whose stored answers repeat what was noted of a member, and in which fields.
TOLD = ("members.change_attribute", "members.tag_member", "members.untag_member")
WORDS = ("old", "new", "tag", "value", "name")

type Erase = Callable[[Erasure], dict[str, int]]

_parts: dict[str, Erase] = {}


def erases(function: Erase) -> Erase:
    """Declare how a noun forgets a person. It may refuse with a problem; then nothing is erased."""
    _parts[function.__module__] = function
    return function


def erase_everywhere(erasure: Erasure) -> dict[str, int]:
    """Let every noun forget a person and return how much of what went."""
    autodiscover_modules("erasing")
    gone: Counter[str] = Counter()
    for _noun, erase in sorted(_parts.items()):
        gone.update(erase(erasure))
    return {name: count for name, count in sorted(gone.items()) if count}


@erases
def _forget_person(erasure: Erasure) -> dict[str, int]:
    """Forget who somebody is: names, ways of knowing them, what was noted, what they agreed to and prefer."""
    ids = erasure.ids
    identities = Identity.objects.filter(member__in=ids)
    OneTimeCode.objects.filter(identity__in=identities).delete()
    MemberSession.objects.filter(member__in=ids, ended_at=None).update(ended_at=erasure.now)
    DataRequest.objects.filter(member__in=ids).update(text="", answer="")
    # What a merge had carried over could be taken back: its undoing ends here.
    Merge.objects.filter(Q(kept__in=ids) | Q(merged__in=ids)).update(
        moved_identities=[], moved_keys=[], carried=[]
    )
    Member.objects.filter(pk__in=ids).update(name="", language="", quiet_from=None, quiet_until=None)
    rows = {
        "identities": identities,
        "attributes": Attribute.objects.filter(member__in=ids),
        "tags": Tag.objects.filter(member__in=ids),
        "consents": Consent.objects.filter(member__in=ids),
    }
    gone = {name: found.delete()[0] for name, found in rows.items()}
    empty_answers(TOLD, WORDS, ids)
    return {**gone, "events": forget_words(ids)}
