"""Every page of the console in both languages: it opens, is translated, fits the window, and can be read without seeing."""

from collections.abc import Iterator

import pytest
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser

from qunying.accounts.tests.make import make_staff
from qunying.shell.menu import MENU
from tests.live.browser import NARROW_CONSOLE, Visitor, visitor
from tests.live.site import Site
from tests.pages.reading import read

pytestmark = pytest.mark.browser
LANGUAGES = {"zh-CN": "zh-hans", "en-GB": "en"}


def menu_pages() -> list[str]:
    """The pages that the menu leads to."""
    paths = []
    for _title, entries in MENU:
        for _name, url_name, _icon, _permission in entries:
            try:
                paths.append(reverse(url_name))
            except NoReverseMatch:
                continue
    return paths


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=() if name == "zh-CN" else pytest.mark.full) for name in LANGUAGES],
)
def owner(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Visitor]:
    """An owner at the console, once for each language."""
    with site.inside():
        person = make_staff()
    album = f"console-{request.param}"
    with visitor(browser, site, language=request.param, album=album, size=NARROW_CONSOLE) as someone:
        someone.sign_in(person)
        yield someone


def look_at(owner: Visitor, path: str) -> list[str]:
    """Open a page and return everything that is wrong with it."""
    status = owner.open(path)
    seen = read(owner.page)
    wrong = [f"status {status}"] if status != 200 else []
    wrong += seen.faults()
    if len(seen.main) < 20:
        wrong.append("the page is empty")
    if seen.overflow > 0:
        wrong.append(f"{seen.overflow} px too wide for the window")
    if seen.language == "zh-hans":
        wrong += [f"not translated: {word}" for word in sorted(seen.english_words())]
    else:
        chinese = [text for text in seen.words if any("一" <= sign <= "鿿" for sign in text)]
        wrong += [
            f"not English: {text[:60]}" for text in chinese if "群盈" not in text and "中文" not in text
        ]
    return wrong


def test_pages_of_the_menu(owner: Visitor) -> None:
    wrong = {}
    for path in menu_pages():
        if found := look_at(owner, path):
            wrong[path] = found
        owner.picture(path.strip("/").replace("/", "-"))
    assert not wrong, "\n".join(f"{path}: {fault}" for path, faults in wrong.items() for fault in faults)
