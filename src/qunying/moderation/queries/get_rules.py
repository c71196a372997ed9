"""The watched words as detection wants them."""

from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Max

from qunying.moderation.detection.findings import Rules, Word
from qunying.moderation.models import WatchedWord


def get_rules() -> Rules:
    """Return what texts are screened by now: the same object as long as no word changes, because words are prepared once."""
    state = WatchedWord.objects.aggregate(words=Count("pk"), latest=Max("changed_at"))
    return _rules(state["words"], state["latest"], own_host())


@lru_cache(maxsize=1)
def _rules(_words: int, _latest: datetime | None, host: str) -> Rules:
    known = list(WatchedWord.objects.filter(is_active=True).order_by("text"))
    allowed = [word.text.strip().lower() for word in known if word.action == WatchedWord.Action.ALLOW]
    words = [word for word in known if word.action != WatchedWord.Action.ALLOW]
    return Rules(
        allowed_domains=frozenset({host, *map(_host_of, allowed)} - {""}),
        allowed_contacts=frozenset([*allowed, *map(_bare, allowed)]),
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
        ),
    )


def own_host() -> str:
    """Return the host of our own pages: members may link to them."""
    return urlsplit(settings.PUBLIC_URL).hostname or ""


def _host_of(text: str) -> str:
    """Return the domain that is meant by "https://www.example.com/shop" or "example.com", empty for what is none."""
    host = text.rpartition("://")[2].split("/")[0].removeprefix("www.")
    return host if "." in host else ""


def _bare(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
