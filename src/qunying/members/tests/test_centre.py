"""The member centre: five tabs, what nouns put there, an app on the phone."""

import io

import pytest
from django.test import Client
from PIL import Image

from qunying.accounts.models import Brand
from qunying.members.centre import Tab, tab_of, tab_url
from qunying.members.tests.make import make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    client = Client(headers={"accept-language": "en"})
    sign_in(client, make_member(name="Anna"))
    return client


def test_each_tab_opens_and_marks_itself(browser):
    for tab in Tab:
        text = browser.get(tab_url(tab)).content.decode()
        assert f'<a href="{tab_url(tab)}" aria-current="page">' in text, tab
        assert text.count('aria-current="page"') == 1


def test_a_page_belongs_to_the_tab_of_the_nearest_listed_page():
    assert tab_of("/m/points/") == Tab.MEMBERSHIP
    assert tab_of("/m/prizes/") == Tab.ACTIVITIES
    assert tab_of("/m/activities/123/") == Tab.ACTIVITIES
    assert tab_of("/m/my-penalties/1/") == Tab.ME
    assert tab_of("/m/sign-in/") is None


def test_home_without_signing_in_shows_what_is_public_only():
    text = Client(headers={"accept-language": "en"}).get("/m/").content.decode()
    assert "Going on" in text
    assert "m-membership" not in text
    for tab in (Tab.MEMBERSHIP, Tab.ME):
        assert Client().get(tab_url(tab)).status_code == 302


def test_a_new_member_sees_a_whole_page_with_empty_parts(browser, django_assert_max_num_queries):
    with django_assert_max_num_queries(11):
        text = browser.get("/m/").content.decode()
    assert "Anna" in text
    assert "Nothing is going on" in text


def test_the_phone_can_install_it():
    Brand.objects.update_or_create(pk=1, defaults={"name": "Tea & <Co>"})
    manifest = Client().get("/app/manifest.webmanifest").json()
    assert (manifest["scope"], manifest["display"]) == ("/m/", "standalone")
    for icon in manifest["icons"]:
        response = Client().get(icon["src"])
        assert response.status_code == 200, icon
        assert len(response.content) < 5_000
        if icon["type"] == "image/png":
            size = Image.open(io.BytesIO(response.content)).size
            assert icon["sizes"] == "{}x{}".format(*size)
    assert b"<Co>" not in Client().get("/favicon.ico").content
    assert Client().get("/app/icon-9999.png").status_code == 404


def test_without_a_net_there_is_a_page_that_names_nobody(browser):
    worker = browser.get("/app/worker.js")
    assert worker["Service-Worker-Allowed"] == "/m/"
    assert b'"/app/offline/"' in worker.content
    page = browser.get("/app/offline/")
    assert b"Anna" not in page.content
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_an_icon_of_a_chinese_name_is_a_mark():
    Brand.objects.update_or_create(pk=1, defaults={"name": "茶"})
    assert "茶" in Client().get("/app/icon.svg").content.decode()
    picture = Image.open(io.BytesIO(Client().get("/app/icon-192.png").content))
    assert len(picture.getcolors() or []) > 2
