"""Chromium for journeys, and an observer that notes everything a page must not do."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Error,
    Locator,
    Page,
    Response,
    expect,
    sync_playwright,
)

from qunying.accounts.models import User
from tests.live.site import Site

ARTEFACTS = Path(__file__).parents[2] / "test-artifacts"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
KEEPS_PICTURES = True  # not in the quick lane
PATIENCE = 60_000  # for a busy machine; nobody waits longer than it takes
CONSOLE = {"width": 1366, "height": 900}
# One pixel less, and the menu hides behind a button.
NARROW_CONSOLE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
# Two frames after loading, and nothing asked of the server any more. Playwright's "networkidle" is half a second longer, page by page.
REST = """async () => {
  const frame = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  await frame();
  do await frame(); while (document.querySelector(".htmx-request"));
}"""


def chromium_path() -> str | None:
    """Return the browser on this machine, if there is one."""
    names = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Yield a headless Chromium; the test is skipped where there is none."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Observer:
    """Notes console errors (blocked content too), failing scripts, dialogs, and answers of the kind 5xx."""

    site: Site
    findings: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Look at every page of a context, also those still to come."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.findings.append(f"script failed: {error.error}"))
        context.on("dialog", self._dialog)
        context.on("response", self._response)

    def settle(self) -> None:
        """Fail when something was noted since the last time."""
        found, self.findings = self.findings, []
        assert not found, "\n".join([*found, self.site.output()[-2000:]])

    def _console(self, message: ConsoleMessage) -> None:
        # A preview that a newer one replaces is given up, and the library says so.
        expected = ("the server responded with a status of 4", "htmx:sendAbort", "htmx:afterRequest")
        if message.type == "error" and not any(text in message.text for text in expected):
            self.findings.append(
                f"console error on {message.page.url if message.page else '?'}: {message.text[:400]}"
            )

    def _dialog(self, dialog: Dialog) -> None:
        self.findings.append(f"a {dialog.type} opened: {dialog.message[:100]}")
        dialog.dismiss()

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.findings.append(f"{response.status} from {response.url}")
        if response.status == 404 and response.request.resource_type in {
            "stylesheet",
            "script",
            "image",
            "font",
        }:
            self.findings.append(f"missing: {response.url}")


@dataclass
class Visitor:
    """Somebody at a browser window of their own."""

    page: Page
    site: Site
    observer: Observer
    album: str = ""
    step: int = 0

    def open(self, path: str) -> int:
        """Go to a page of the site, wait until it is quiet, and return the status of the answer."""
        response = self.page.goto(self.site.address + path)
        self.page.evaluate(REST)
        return response.status if response else 0

    def follow(self, button: Locator, *, lands: str = "**") -> None:
        """Press what leads to another page, and wait until that one is quiet."""
        with self.page.expect_navigation(url=lands):
            button.click()
        self.page.evaluate(REST)

    def picture(self, name: str) -> None:
        """Keep a screenshot of the whole page; fail when something was noted on the way here."""
        self.step += 1
        if KEEPS_PICTURES:
            folder = ARTEFACTS / self.album
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{self.step:02d}-{name}.png", full_page=True)
        self.observer.settle()

    def sign_in(self, person: User) -> None:
        """Have the cookie of somebody who came in before."""
        with self.site.inside():
            client = Client()
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.site.address}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]

    def sign_in_by_link(self, person: User) -> None:
        """Come in through a sign-in link, as a new member of the staff does."""
        self.page.goto(self.site.sign_in_link(person))
        self.follow(self.page.locator("main form button[type=submit]").first)


@contextmanager
def visitor(
    browser: Browser, site: Site, *, language: str, album: str, size: dict[str, int] | None = None
) -> Iterator[Visitor]:
    """Open a window of somebody who speaks the language; at the end nothing bad may have been noted.

    Args:
        language: ``zh-CN`` or ``en-GB``.
        album: the folder of their screenshots under ``test-artifacts/``.
        size: of the window, by default that of the console.
    """
    shape = size or CONSOLE
    context = browser.new_context(
        viewport={"width": shape["width"], "height": shape["height"]},
        locale=language,
        timezone_id="Asia/Shanghai",
        is_mobile=shape["width"] < 600,
        has_touch=shape["width"] < 600,
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE)
    context.set_default_navigation_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    observer = Observer(site)
    observer.watch(context)
    someone = Visitor(context.new_page(), site, observer, album)
    try:
        yield someone
        observer.settle()
    except (AssertionError, Error):
        folder = ARTEFACTS / album
        folder.mkdir(parents=True, exist_ok=True)
        someone.page.screenshot(path=folder / "failed.png", full_page=True)
        raise
    finally:
        context.close()
