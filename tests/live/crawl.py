"""Walking through the console as people do: from link to link, each kind of page once."""

import re
from collections.abc import Iterator

from tests.live.browser import Visitor

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/)\d+(?=/)")
# Downloads, the frame's own record lists, and the API's own page.
NOT_PAGES = ("format=csv", "/errors/", "/report/file/", "/download/", "/console/frame/", "/api/")
TELLING = ("tab", "view", "grain", "step")  # words of an address that lead to another kind of page


def kind_of(link: str) -> str:
    """Return what all pages of a kind have in common: the path without ids, and what chooses a tab."""
    path, _sign, query = link.partition("?")
    chosen = sorted(word for word in query.split("&") if word.split("=")[0] in TELLING)
    return "&".join([ID.sub("*", path), *chosen])


def walk(visitor: Visitor, start: str, *, below: str = "/console/") -> Iterator[str]:
    """Open every page that can be reached by links, one of each kind; yield the path while the page is open."""
    waiting, seen = [start], {kind_of(start)}
    while waiting:
        path = waiting.pop(0)
        visitor.open(path)
        yield path
        for link in visitor.page.evaluate("[...document.links].map((link) => link.getAttribute('href'))"):
            here = link.split("#")[0]
            target = path.split("?")[0] + here if here.startswith("?") else here
            if not target.startswith(below) or any(part in target for part in NOT_PAGES):
                continue
            if kind_of(target) not in seen:
                seen.add(kind_of(target))
                waiting.append(target)
