"""From an order export to a proven campaign, in a browser: once in Chinese, once in English.

A real server and a real worker; the owner, a manager who approves, a member on a phone, and the shop's checkout.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from playwright.sync_api import Browser, Error, expect

from qunying.accounts.actions.change_brand import change_brand
from qunying.accounts.models import User
from qunying.accounts.roles import Role
from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.ids import new_id
from qunying.members.actions.take_over_consents import take_over_consents
from qunying.members.models import Member
from qunying.members.queries.consent_wording import consent_text
from tests.journeys.loop import Loop
from tests.journeys.shop import Shop
from tests.journeys.words import CHINESE, ENGLISH
from tests.live.browser import ARTEFACTS, PHONE, Visitor, visitor
from tests.live.site import Site, running_site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[CHINESE, pytest.param(ENGLISH, marks=pytest.mark.full)], ids=["zh", "en"])
def loop(
    request: pytest.FixtureRequest,
    browser: Browser,
    schema: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    tmp_path: Path,
) -> Iterator[Loop]:
    """An installation of the brand's language with two people on its staff, and somebody with a phone."""
    words: dict[str, Any] = request.param
    album = f"journeys/{words['language'][:2]}"
    settings = {"QUNYING_LANGUAGE": words["language"]}
    with running_site(django_db_blocker, worker=True, environment=settings) as site, ExitStack() as doors:

        def enter(size: dict[str, int] | None = None) -> Visitor:
            return doors.enter_context(
                visitor(browser, site, language=words["browser"], album=album, size=size)
            )

        shop = Shop(words["header"], words["products"], words["region"], clock.now())
        walk = Loop(words, enter(), enter(), enter(PHONE), shop, tmp_path)
        set_up(site, walk)
        yield walk


def set_up(site: Site, walk: Loop) -> None:
    """Name the brand, let the day have no quiet hours, and let owner and manager sign in."""
    words = walk.words
    with site.inside():
        change_brand(
            command_id=str(new_id()),
            actor=system("set_up"),
            now=clock.now(),
            name=words["brand"],
            quiet_from=clock.now().time().replace(hour=0, minute=0, second=0, microsecond=0),
            quiet_until=clock.now().time().replace(hour=0, minute=0, second=0, microsecond=0),
        )
        owner = User.objects.create_user(
            f"owner-{new_id().hex[:6]}@example.com", name=words["owner"], role=Role.OWNER
        )
        manager = User.objects.create_user(
            f"manager-{new_id().hex[:6]}@example.com", name=words["manager"], role=Role.MANAGER
        )
    walk.owner.sign_in_by_link(owner)
    expect(walk.owner.page.locator("body")).to_contain_text(words["owner"])
    walk.picture(walk.owner, "signed-in")
    walk.manager.sign_in(manager)


def members_agree(site: Site, brand: str) -> None:
    """Take over what the members said before about being written to: without consent nobody is."""
    with site.inside():
        take_over_consents(
            command_id=str(new_id()),
            actor=system("set_up"),
            now=clock.now(),
            member_ids=list(Member.objects.values_list("id", flat=True)),
            channel="mailbox",
            granted=True,
            text=consent_text(brand, "mailbox"),
        )


def test_from_an_order_export_to_a_proven_campaign(loop: Loop, browser: Browser) -> None:
    try:
        walk(loop, browser)
    except (AssertionError, Error):
        for name, someone in (("owner", loop.owner), ("manager", loop.manager), ("phone", loop.phone)):
            someone.page.screenshot(path=ARTEFACTS / loop.owner.album / f"failed-{name}.png", full_page=True)
        raise


def walk(loop: Loop, browser: Browser) -> None:
    """From station to station."""
    export = loop.folder / loop.words["file"]
    expected = loop.shop.everything(export)
    loop.bring_in_orders(export, expected)
    loop.check_import(expected)
    members_agree(loop.owner.site, loop.words["brand"])
    loop.build_segment()
    loop.write_coupon_and_text()
    loop.write_plan()
    loop.confirm_and_hand_in()
    loop.approve_and_launch()
    loop.wait_for_messages()
    loop.claim_on_the_phone()
    loop.open_the_coupon()
    loop.redeem_at_the_checkout()
    loop.bring_in_what_was_bought_since(loop.folder / loop.words["later_file"])
    loop.close()
    look_at_the_file(loop, browser, loop.read_the_report())


def look_at_the_file(loop: Loop, browser: Browser, path: Path) -> None:
    """The report's file shows the same in a browser without scripts, and asks nobody for anything."""
    context = browser.new_context(
        java_script_enabled=False, offline=True, viewport={"width": 1200, "height": 900}
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    loop.check_report(page)
    name = f"{loop.steps + 1:02d}-report-file.png"
    page.screenshot(path=ARTEFACTS / loop.owner.album / name, full_page=True)
    assert asked == [path.as_uri()]
    context.close()
