"""Boards on a phone: a member asks, another answers and likes, somebody reports; nothing needs a script."""

from collections.abc import Iterator

import pytest
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser, expect

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_staff
from qunying.content.models import Post
from qunying.content.tests.make_boards import answer, make_board, say
from qunying.kernel import clock
from qunying.members.tests.make import make_member
from tests.live.browser import PHONE, Visitor, visitor
from tests.live.phone import come_in, fits
from tests.live.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "zh-CN": {"new": "发帖", "post": "发布", "reply": "回复", "like": "赞", "quote": "引用", "accept": "采纳为答案", "report": "举报"},
    "en-GB": {"new": "New post", "post": "Post", "reply": "Reply", "like": "Like", "quote": "Quote", "accept": "Accept as answer", "report": "Report"},
}  # fmt: skip
LANGUAGES = ["zh-CN", pytest.param("en-GB", marks=pytest.mark.full)]


@pytest.fixture(params=LANGUAGES)
def phone(
    request: pytest.FixtureRequest, browser: Browser, site: Site
) -> Iterator[tuple[Visitor, dict[str, str]]]:
    language = request.param
    with visitor(browser, site, language=language, album=f"boards-{language}", size=PHONE) as someone:
        yield someone, WORDS[language]


def test_a_question_is_asked_answered_liked_and_reported(
    phone: tuple[Visitor, dict[str, str]], site: Site
) -> None:
    guest, words = phone
    page = guest.page
    with site.inside():
        board = make_board(f"护肤 Skin {guest.album}", purpose="防晒 sun care", rules="1. 友善\n2. Be kind")
        asker, helper = make_member(name="王小明"), make_member(name="Ann Lee")
        say(board, None, "**欢迎** welcome", title="欢迎 Welcome")
    come_in(guest, asker)
    guest.open("/m/boards/")
    fits(guest)
    guest.picture("boards")
    page.get_by_role("link", name=board.name).first.click()
    page.get_by_role("link", name=words["new"], exact=True).click()
    fits(guest)
    guest.picture("form")
    page.locator("#title").fill("敏感肌怎么防晒 sensitive skin?")
    page.locator("#text").fill("涂了 *刺痛*, " + "w" * 90 + "\n\n- SPF 50\n- 帽子 hat")
    page.locator("#topics").fill("#防晒 #skin")
    page.locator("[name=is_question]").check()
    page.get_by_role("button", name=words["post"], exact=True).click()
    expect(page.locator("#title")).to_contain_text("敏感肌")
    fits(guest)
    thread_path = page.url.removeprefix(site.address).split("#")[0]

    come_in(guest, helper)
    guest.open(thread_path)
    page.locator("#text").fill("试试物理防晒 try **mineral** ones")
    page.get_by_role("button", name=words["reply"], exact=True).click()
    expect(page.locator(".m-text strong", has_text="mineral")).to_be_visible()
    page.locator("article").first.get_by_role("button", name=words["like"]).click()
    expect(page.locator("article").first.get_by_role("button", name=words["like"])).to_have_attribute(
        "aria-pressed", "true"
    )
    fits(guest)
    guest.picture("thread")
    try:
        reverse("moderation.report", args=["post", board.id])
    except NoReverseMatch:
        pass
    else:
        page.locator("article").first.get_by_role("link", name=words["report"]).click()
        fits(guest)
        guest.picture("report")

    come_in(guest, asker)
    guest.open(thread_path)
    page.locator("article").nth(1).get_by_role("link", name=words["quote"]).click()
    page.locator("#text").fill("谢谢 thanks!")
    page.get_by_role("button", name=words["reply"], exact=True).click()
    page.locator("article").nth(1).get_by_role("button", name=words["accept"]).click()
    expect(page.locator(".m-badge-ok").first).to_be_visible()
    fits(guest)
    guest.picture("answered")
    for path in (f"/m/boards/{board.id}/", "/m/boards/topics/", "/m/boards/mine/", f"{thread_path}share/"):
        assert guest.open(path) == 200
        fits(guest)
        guest.picture(path.strip("/").split("/")[-1][:12])
    with site.inside():
        thread = Post.objects.get(board=board, is_question=True)
        assert (thread.reply_count, thread.like_count, thread.answer is not None) == (2, 1, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_staff_see_it_all(browser: Browser, site: Site, language: str) -> None:
    with site.inside():
        board = make_board(f"护肤问答 Q&A {language}")
        asked = say(board, make_member(name="王小明"), "涂了会刺痛 it stings", title="怎么防晒 Sun?", is_question=True, topics=["防晒"], now=clock.now())  # fmt: skip
        reply = answer(asked.post_id, make_member(name="Ann"), "试试帽子 a hat", now=clock.now())
        answer(reply.post_id, make_member(name="Bob"), "同意 agreed", now=clock.now())
        person = make_staff(Role.OPERATOR)
    with visitor(browser, site, language=language, album=f"boards-console-{language}") as someone:
        someone.sign_in(person)
        for path in (
            "",
            f"{board.id}/",
            "posts/",
            f"posts/{asked.post_id}/",
            "questions/?state=open",
            "topics/",
            "voices/",
            "new/",
        ):
            assert someone.open(f"/console/boards/{path}") == 200
            someone.picture(path.strip("/").split("?")[0].split("/")[0] or "list")
