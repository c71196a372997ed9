"""Every page for members on a phone of 360 pixels, in both languages: it fits, is translated, and has names for its parts."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser

from qunying.campaigns.reaching import OFFER_PATH, OFFER_PURPOSE
from qunying.campaigns.tests.make import launch, make_approved, make_offer
from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.tests.make import make_community
from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.ids import new_id
from qunying.kernel.signed_links import sign_link
from qunying.members.member_web import COOKIE
from qunying.members.tests.make import make_member, sign_in
from qunying.messages.sending.links import unsubscribe_url
from tests.live.browser import PHONE, Visitor, visitor
from tests.live.crawl import walk
from tests.live.site import Site
from tests.pages.reading import read

pytestmark = pytest.mark.browser


# What people typed, in their own language: no page translates it.
MEMBER = "Maximiliana Featherstonehaugh-Cholmondeley"
OFFER = "Twenty off everything from the first harvest"
COMMUNITY = "The tea lovers of the northern counties"


@pytest.fixture
def links(site: Site) -> dict[str, str]:
    """A member with an offer, and the addresses that messages and posts would lead to."""
    now = clock.now()
    with site.inside():
        member = make_member(
            name=MEMBER,
            email=f"a.very.long.address.of.somebody.{new_id().hex[:8]}@subdomain.example.com",
            attributes={"country": "United Kingdom of Great Britain", "favourite_colour": "turquoise"},
            consents={"mailbox": True, "email": False},
            now=now - timedelta(days=20),
        )
        campaign = make_approved(
            [member.id],
            now=now,
            name="Autumn",
            theme="A cup of autumn for old friends of the house",
            selling_points="20 off\nOnly for those who came back, and only while the first harvest lasts",
            offer_id=make_offer(now=now, name=OFFER),
            holdout_basis_points=0,
            no_holdout_reason="one member only",
            starts_on=now.date(),
            ends_on=now.date() + timedelta(days=9),
            goal_by=now.date() + timedelta(days=9),
        )
        launch(campaign, now=now)
        joined = create_join_link(
            command_id=str(new_id()),
            actor=system("test"),
            now=now,
            community_id=make_community(f"{COMMUNITY} {new_id().int % 10**6}").id,
            source="parcel",
        )
        fields = {"campaign": str(campaign.id), "member": str(member.id)}
        client = Client()
        sign_in(client, member)
        return {
            "offer": OFFER_PATH + sign_link(OFFER_PURPOSE, fields, now + timedelta(days=9)),
            "join": f"/m/join/{joined.token}/",
            "unsubscribe": urlsplit(unsubscribe_url(member.id, "mailbox", now)).path,
            "session": client.cookies[COOKIE].value,
        }


@pytest.fixture(params=["zh-CN", pytest.param("en-GB", marks=pytest.mark.full)])
def phone(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Visitor]:
    album = f"member-{request.param}"
    with visitor(browser, site, language=request.param, album=album, size=PHONE) as someone:
        yield someone


def faults(someone: Visitor, where: str) -> list[str]:
    """Return everything that is wrong with the page that is open."""
    seen = read(someone.page)
    wrong = seen.faults()
    width = someone.page.evaluate("document.documentElement.scrollWidth")
    if width > PHONE["width"]:
        wrong.append(f"{width} px wide")
    if seen.language == "zh-hans":
        typed = f"{MEMBER} {OFFER} {COMMUNITY}"
        foreign = [word for word in sorted(seen.english_words()) if word.split()[0] not in typed]
        wrong += [f"not translated: {word}" for word in foreign]
    someone.picture(where.strip("/").split("?")[0].replace("/", "-")[:40] or "start")
    return [f"{where}: {fault}" for fault in wrong]


def test_pages_fit_a_phone(phone: Visitor, site: Site, links: dict[str, str]) -> None:
    wrong = []
    for name in ("offer", "join", "unsubscribe"):
        assert phone.open(links[name]) == 200, name
        wrong += faults(phone, f"/{name}/")
    for path in ("/m/", "/m/sign-in/", f"/m/sign-in/code/?id={new_id()}", "/m/offers/broken", "/m/nowhere/"):
        phone.open(path)
        wrong += faults(phone, path)
    phone.open(links["offer"])
    phone.follow(phone.page.locator("main form.m-form button"))
    wrong += faults(phone, "/claimed/")
    phone.page.context.add_cookies([{"name": COOKIE, "value": links["session"], "url": site.address}])
    opened = 0
    for path in walk(phone, "/m/", below="/m/"):
        opened += 1
        wrong += faults(phone, path)
    assert opened >= 3
    assert not wrong, "\n".join(wrong)
