"""The watched words as detection wants them."""

from datetime import datetime
from functools import lru_cache

from django.db.models import Count, Max

from qunying.moderation.detection.findings import Rules, Word
from qunying.moderation.models import WatchedWord


def get_rules() -> Rules:
    """Return what texts are screened by now: the same object as long as no word changes, because words are prepared once."""
    state = WatchedWord.objects.aggregate(words=Count("pk"), latest=Max("changed_at"))
    return _rules(state["words"], state["latest"])


@lru_cache(maxsize=1)
def _rules(_words: int, _latest: datetime | None) -> Rules:
    words = WatchedWord.objects.filter(is_active=True).order_by("text")
    return Rules(
        words=tuple(
            Word(
                text=word.text,
                violation=word.violation_id,
                action=word.action,  # type: ignore[arg-type]
                replacement=word.replacement,
                tag=word.tag,
                pinyin=word.language != WatchedWord.Language.ENGLISH,
            )
            for word in words
        )
    )
