"""A member page shows nothing to strangers, and nothing of another member."""

import pytest
from django.test import Client

from qunying.members.tests.make import make_member, sign_in
from tests.safety.addresses import Address, addresses

# Open without signing in, each with the reason.
PUBLIC = {
    "members.home": "says where to sign in",
    "honours.leaderboard": "names are masked; a community's needs signing in and being in it",
    "members.community": "where people talk is for everybody to read",
    "members.sign_out": "ends a session, where there is one",
    "messages.sign_in": "how they sign in",
    "messages.enter_code": "how they sign in",
    "messages.sign_in_by_link": "how they sign in: a signed link, used by one click",
    "messages.follow_link": "a signed link leads on",
    "messages.unsubscribe": "a signed link stops messages, without signing in",
    "campaigns.offer": "a signed link of a message, for one member",
    "campaigns.open_offer": "a signed link of a post: claiming needs signing in",
    "moderation.rules_page": "rules that everybody may read; accepting needs signing in",
    "activities.member_list": "what goes on is for everybody to read",
    "activities.play": "rules are published to everybody; taking part needs signing in",
    "activities.proof": "everybody may check a result",
    "activities.team": "a link that friends are sent; joining needs signing in",
    "activities.picture": "pictures of the options of a vote that is shown to everybody",
    "activities.rules": "rules are published to everybody",
    "points_shop.shop": "what is on offer is for everybody to see; redeeming needs signing in",
    "points_shop.shop_item": "what is on offer is for everybody to see",
    "points_shop.picture": "pictures of what is on offer",
    "content.member_boards": "boards are read by anybody",
    "content.member_board": "boards are read by anybody",
    "content.member_topics": "boards are read by anybody",
    "content.member_topic": "boards are read by anybody",
    "content.member_post": "boards are read by anybody",
    "content.member_post_picture": "boards are read by anybody",
    "content.open_share": "a link that a member passed on",
    "content.read": "what the brand publishes is for everybody",
    "content.read_item": "what the brand publishes is for everybody",
    "content.from_community": "a signed link of a post in a community",
    "content.seen": "counts that an item was shown",
    "content.follow_item": "leads on to where an item leads",
    "content.gallery": "works that members agreed to show",
    "content.gallery_work": "works that members agreed to show",
    "content.member_picture": "pictures of what is public; others do not exist for strangers",
    "referrals.landing": "a link that a member sent; accepting needs signing in or joining with a code",
    "referrals.shared": "a link that a member passed on",
    "communities.join": "a link that was posted to a community",
}
PAGES = addresses("m/")
CLOSED = [page for page in PAGES if page.name not in PUBLIC]


def test_there_are_pages_and_no_stale_exceptions() -> None:
    assert CLOSED
    assert set(PUBLIC) <= {page.name for page in PAGES}


@pytest.mark.parametrize("page", CLOSED, ids=str)
def test_strangers_see_nothing(page: Address, db: None) -> None:
    for method, codes in (("get", {302, 401}), ("post", {302, 401, 405})):
        response = getattr(Client(headers={"accept": "text/html"}), method)(page.path)
        assert response.status_code in codes, (method, response.status_code)
        if response.status_code == 302 and not page.path.startswith(response["Location"]):  # a form's page
            assert "/sign-in/" in response["Location"], response["Location"]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_made_up_link_opens_nothing(page: Address, db: None) -> None:
    browser = Client()
    sign_in(browser, make_member())
    if page.has_arguments:
        for method in ("get", "post"):
            assert getattr(browser, method)(page.path).status_code in {404, 405, 410, 422}, method


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_page_keeps_itself_out_of_caches_and_scripts(page: Address, db: None) -> None:
    browser = Client()
    sign_in(browser, make_member())
    response = browser.get(page.path)
    if response.status_code == 405:
        return
    assert response["Cache-Control"] == "private, no-store"
    policy = response["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy
