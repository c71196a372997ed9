"""Take over a list of watched words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text, is_storable
from qunying.moderation.models import Violation, WatchedWord
from qunying.moderation.words_file import WordRow

MAX_WORD = 100


class BadWord(Problem):
    """A row of the list cannot be taken."""

    code = "bad_watched_word"
    kind = Kind.INVALID
    message = _("Row {row}: “{value}” is not possible for “{field}”.")


@dataclass(frozen=True)
class WordsImported:
    """How many words are new, changed, and as they were."""

    added: int
    changed: int
    unchanged: int


@action
def import_words(*, command_id: str, actor: Actor, now: datetime, rows: list[WordRow]) -> WordsImported:
    """Write words, all or none; a word that is known is changed, and the last row about a word counts.

    Raises:
        BadWord: a row has an empty or endless word, or an action, violation or language that does not exist.
    """
    violations = set(Violation.objects.values_list("code", flat=True))
    wanted = {
        fields["text"]: fields
        for number, row in enumerate(rows, 1)
        for fields in [_checked(row, number, violations)]
    }
    known = {word.text: word for word in WatchedWord.objects.filter(text__in=list(wanted))}
    changed = []
    for text, word in known.items():
        if any(getattr(word, name) != value for name, value in wanted[text].items()):
            for name, value in wanted[text].items():
                setattr(word, name, value)
            word.changed_at = now
            changed.append(word)
    new = [WatchedWord(**fields, changed_at=now) for text, fields in wanted.items() if text not in known]
    WatchedWord.objects.bulk_create(new, batch_size=1000)
    if changed:
        names = [*next(iter(wanted.values())), "changed_at"]
        WatchedWord.objects.bulk_update(changed, names, batch_size=1000)
    return WordsImported(len(new), len(changed), len(known) - len(changed))


def _checked(row: WordRow, number: int, violations: set[str]) -> Mapping[str, object]:
    word = row.word.strip()
    if not word or len(word) > MAX_WORD or not is_storable(word):
        raise BadWord(row=number, field="word", value=word[:50].replace("\0", ""))
    choices = (
        ("action", row.action, set(WatchedWord.Action.values)),
        ("violation", row.violation, violations),
        ("language", row.language, set(WatchedWord.Language.values)),
    )
    for field, value, possible in choices:
        if value not in possible:
            raise BadWord(row=number, field=field, value=value[:50].replace("\0", ""))
    return {
        "text": word,
        "violation_id": row.violation,
        "action": row.action,
        "replacement": checked_text(row.replacement, field="replacement", max_length=100, may_be_empty=True),
        "tag": checked_text(row.tag, field="tag", max_length=50, may_be_empty=True),
        "language": row.language,
        "is_active": row.active,
    }
