"""Markdown as safe HTML, and as the plain text that chats show.

Rendered by markdown-it with HTML off, then cleaned by nh3: only a short list of elements is left, links lead to http(s) or
to our own pages. A picture is written by its number, ``![what it shows](1)``; any other picture is left out.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import nh3
from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

_TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "strong", "em", "s", "ul", "ol", "li", "blockquote", "code", "pre", "a", "img",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "loading"}}
# Far more marks than any article has: parsing them takes time that grows with their square.
_MOST_MARKS = 2_000
_BLANK_LINES = re.compile(r"\n{3,}")


def html_of(text: str, pictures: Sequence[str] = ()) -> SafeString:
    """Return a text as HTML that holds nothing but harmless elements.

    Args:
        text: Markdown, as typed.
        pictures: addresses of the pictures that the text may name by number, from 1.
    """
    if not _is_bearable(text):
        return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - escaped
    rendered = _markdown().render(text, {"pictures": list(pictures)})
    clean = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow ugc",
    )
    return mark_safe(clean)  # noqa: S308 - cleaned in the line above


def plain_of(text: str) -> str:
    """Return a text as chats show it: words and line breaks, links written out."""
    if not _is_bearable(text):
        return text
    lines: list[str] = []
    depth, mark = 0, ""
    for token in _markdown().parse(text):
        depth += token.nesting if token.type.endswith(("list_item_open", "list_item_close")) else 0
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "• "
        elif token.type == "inline":
            lines.append(mark + _words(token.children or []))
            mark = ""
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content.rstrip())
        elif (
            token.type in {"paragraph_close", "heading_close", "bullet_list_close", "ordered_list_close"}
            and not depth
        ):
            lines.append("")
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def numbered_pictures(text: str) -> set[int]:
    """Return the numbers of the pictures that a text names, so that they are not shown a second time below it."""
    found: set[int] = set()
    for token in _markdown().parse(text) if _is_bearable(text) else ():
        for child in token.children or []:
            source = str(child.attrGet("src") or "")
            if child.type == "image" and source.isascii() and source.isdigit():
                found.add(int(source[:3]))
    return found


def _is_bearable(text: str) -> bool:
    return sum(map(text.count, "[*_`")) <= _MOST_MARKS


def _words(tokens: Sequence[Token]) -> str:
    said: list[str] = []
    link = ""
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            said.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            said.append("\n")
        elif token.type == "link_open":
            link = str(token.attrGet("href") or "")
        elif token.type == "link_close" and link:
            said.append(f" {link}" if not said or said[-1] != link else "")
    return "".join(said)


@cache
def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    made.enable(["table", "strikethrough"])
    made.add_render_rule("image", _picture)
    made.add_render_rule("heading_open", _heading)
    made.add_render_rule("heading_close", _heading)
    return made


def _picture(
    _renderer: RendererHTML, tokens: Sequence[Token], place: int, _options: Any, context: Any
) -> str:
    source = str(tokens[place].attrGet("src") or "")
    pictures = context.get("pictures", [])
    is_number = source.isascii() and source.isdigit() and 1 <= int(source[:3]) <= len(pictures)
    if not is_number or not pictures[int(source[:3]) - 1]:
        return ""
    return f'<img src="{escape(pictures[int(source[:3]) - 1])}" alt="{escape(tokens[place].content)}" loading="lazy">'


def _heading(
    _renderer: RendererHTML, tokens: Sequence[Token], place: int, _options: Any, _context: Any
) -> str:
    """Headings begin below the page's own."""
    level = min(4, max(2, int(tokens[place].tag[1]) + 1))
    return f"<h{level}>" if tokens[place].nesting == 1 else f"</h{level}>\n"
