"""What members type on boards: taken in without tricks, shown as a small markdown that can harm nobody."""

import re
import unicodedata
from collections.abc import Iterable

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt

from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text

MAX_TITLE, MAX_TEXT, MAX_REPLY = 80, 10_000, 2_000
MAX_TOPICS, MAX_TOPIC_NAME = 5, 20

# Signs that turn the direction of everything behind them, or that nobody sees. Joiners stay: emoji are made with them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
_STACKED_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_EMPTY_LINES = re.compile(r"\n\s*\n\s*\n+")
_TOPIC_BORDER = re.compile(r"[\s#＃,，、;；]+")

_markdown = MarkdownIt("zero", {"breaks": True, "html": False}).enable(
    ["emphasis", "strikethrough", "backticks", "list", "blockquote", "link", "newline", "escape"]
)
_TAGS = {"p", "br", "em", "strong", "s", "code", "ul", "ol", "li", "blockquote", "a"}


class TopicsInvalid(Problem):
    """The topics of a post are too many or too long."""

    code = "topics_invalid"
    kind = Kind.INVALID
    message = _("A post has at most {most} topics, each of at most {max_length} characters.")


def taken_text(text: str, *, field: str, max_length: int, lines: bool = True) -> str:
    """Return what was typed, without invisible signs, stacked marks and walls of empty lines.

    Raises:
        BadText: when nothing visible is left, or it is too long, or holds control characters.
    """
    plain = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    plain = _EMPTY_LINES.sub("\n\n", _STACKED_MARKS.sub(r"\1", plain))
    checked = checked_text(plain, field=field, max_length=max_length, lines=lines)
    # Joiners and variation selectors alone are no text either.
    if all(unicodedata.category(sign) in {"Cf", "Mn", "Zs", "Cc"} or sign == "\u3164" for sign in checked):
        checked_text("", field=field, max_length=max_length)
    return checked


def shown_text(text: str) -> SafeString:
    """Return a text as HTML: paragraphs, emphasis, lists, quotes, code, links to web addresses, nothing else."""
    html = nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc noopener noreferrer",
    )
    return mark_safe(html)  # noqa: S308 - cleaned in the line above


def excerpt(text: str, length: int = 80) -> str:
    """Return the beginning of a text in one line, without the signs of markdown."""
    plain = " ".join(re.sub(r"[*_~`>\[\]]|\(https?://[^)]*\)", "", text).split())
    return plain if len(plain) <= length else f"{plain[: length - 1]}…"


def topic_key(name: str) -> str:
    """Return what makes two spellings of a topic one: width and case do not count."""
    return unicodedata.normalize("NFKC", name).casefold()


def topic_names(typed: str | Iterable[str]) -> list[str]:
    """Return the topics that somebody typed (``#sun #skin``, commas or spaces), each once, in their order.

    Raises:
        TopicsInvalid: when there are more than five, or one is longer than 20 characters.
        BadText: when one holds control characters.
    """
    parts = (
        _TOPIC_BORDER.split(typed) if isinstance(typed, str) else [" ".join(part.split()) for part in typed]
    )
    names: dict[str, str] = {}
    for part in parts:
        name = _INVISIBLE.sub("", part).strip("#＃ ")
        if name:
            names.setdefault(topic_key(name), name)
    if len(names) > MAX_TOPICS or any(
        max(len(key), len(name)) > MAX_TOPIC_NAME for key, name in names.items()
    ):
        raise TopicsInvalid(most=MAX_TOPICS, max_length=MAX_TOPIC_NAME)
    return [
        checked_text(name, field=str(_("Topics")), max_length=MAX_TOPIC_NAME).replace(",", " ")
        for name in names.values()
    ]
