"""A moderator clears the queue without a mouse; the member appeals on a phone; somebody else upholds it and everything comes back."""

import pytest
from playwright.sync_api import Browser, expect

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_staff
from qunying.communities.queries.find_restriction import find_restriction
from qunying.content.models import Post
from qunying.content.tests.make_boards import make_board, say
from qunying.kernel import clock
from qunying.members.models import Member
from qunying.members.tests.make import make_member
from qunying.messages.models import Send
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.models import Appeal, Case, Decision, Penalty
from qunying.moderation.tests.make import FINDING, do, make_case
from tests.live.browser import Visitor, visitor
from tests.live.phone import come_in
from tests.live.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROW_PHONE = {"width": 360, "height": 740}
GRAVE = {**FINDING, "violation": "unfriendly_abuse", "evidence": "笨蛋"}
LANGUAGE = "zh-CN"


def say_something_grave(member: Member) -> Post:
    """Let a member say it on a board, another thing wait besides, and return the post."""
    now = clock.now()
    post = say(make_board("使用与售后"), member, "这么简单都不会装，真是笨蛋。", title="灯串怎么装", now=now)
    do(open_case, now=now, subject_kind="post", subject_id=post.post_id, findings=[GRAVE], source="detector")
    make_case(make_member(name="李雷"), now=now)
    return Post.objects.get(pk=post.post_id)


def decide_by_keyboard(guest: Visitor, colleague: Visitor) -> None:
    """Go through the first case of the queue by keys alone; a colleague looks at it meanwhile and finds it taken."""
    page = guest.page
    guest.open("/console/moderation/")
    page.keyboard.press("j")
    expect(page.locator("tr[aria-current]")).to_have_count(1)
    guest.picture("queue")
    page.keyboard.press("n")
    page.wait_for_url("**/moderation/cases/**")
    right = page.locator("[name=violation][value=unfriendly_abuse]")
    expect(right).to_be_checked()
    guest.picture("case")
    colleague.page.goto(page.url)
    expect(colleague.page.locator(".q-case-main .q-note")).to_contain_text("moderator")
    expect(colleague.page.locator("[name=violation]")).to_have_count(0)
    colleague.picture("taken")
    page.keyboard.press("0")
    expect(page.locator("[name=violation][value='']")).to_be_checked()
    page.keyboard.press("1")
    expect(right).to_be_checked()
    expect(page.locator("[name=hide_content]")).to_be_checked()
    page.keyboard.press("s")
    expect(page.locator("[name=step]").first).to_be_visible()
    page.keyboard.press("2")
    guest.picture("penalty")
    page.keyboard.press("s")
    expect(page.locator(".q-verdict-bad .q-badge-warn")).to_be_visible()
    guest.picture("decided")
    with page.expect_navigation():
        page.keyboard.press("n")


def appeal_on_phone(guest: Visitor, decision: Decision) -> None:
    """Read the penalty, appeal, and look at the rules."""
    guest.open("/m/my-penalties/")
    guest.picture("penalties")
    guest.page.locator(".m-list a").first.click()
    guest.page.wait_for_url(f"**/{decision.id}/")
    width = guest.page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW_PHONE["width"], "nothing sticks out"
    guest.picture("decision")
    guest.page.locator("textarea[name=text]").fill("那是玩笑，对方是我表弟。")
    guest.page.locator("main form button").last.click()
    expect(guest.page.locator("textarea[name=text]")).to_have_count(0)
    guest.picture("appealed")
    guest.open("/m/rules/")
    guest.picture("rules")


def report_on_phone(guest: Visitor, post: Post) -> None:
    """Report what somebody else said, and find it among one's reports."""
    guest.open(f"/m/report/post/{post.pk}/")
    guest.page.locator("[name=violation]").first.check()
    guest.page.locator("textarea[name=text]").fill("一直在发同样的话。")
    guest.picture("report")
    guest.page.locator("main form button").last.click()
    guest.page.wait_for_url("**/my-reports/")
    width = guest.page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW_PHONE["width"], "nothing sticks out"
    guest.picture("reports")


def judge(guest: Visitor, colleague: Visitor) -> None:
    """Who decided is not asked; the colleague finds that the member is right."""
    for moderator in (guest, colleague):
        moderator.open("/console/moderation/appeals/")
        moderator.follow(moderator.page.locator("tbody a").first)
    expect(guest.page.locator("textarea[name=answer]")).to_have_count(0)
    guest.picture("not by who decided")
    colleague.page.locator("textarea[name=answer]").fill("核实属实，予以撤销。")
    colleague.picture("appeal")
    colleague.page.locator("button[value=upheld]").click()
    colleague.page.wait_for_url("**/appeals/")
    colleague.picture("judged")


def test_by_keyboard_then_by_phone(browser: Browser, site: Site) -> None:
    with site.inside():
        Case.objects.filter(state="open").delete()
        member = make_member(name="王小明")
        post = say_something_grave(member)
        told = say(make_board("布置与搭配"), make_member(name="韩梅梅"), "灯串挂哪里好看？", now=clock.now())
        harmless = Post.objects.get(pk=told.post_id)
        moderators = [make_staff(Role.MODERATOR), make_staff(Role.MODERATOR)]
    with (
        visitor(browser, site, language=LANGUAGE, album="review") as guest,
        visitor(browser, site, language=LANGUAGE, album="review-colleague") as colleague,
        visitor(browser, site, language=LANGUAGE, album="appeal", size=NARROW_PHONE) as phone,
    ):
        guest.sign_in(moderators[0])
        colleague.sign_in(moderators[1])
        come_in(phone, member)
        decide_by_keyboard(guest, colleague)
        with site.inside():
            penalty, decision = Penalty.objects.get(member=member), Decision.objects.get(member=member)
            assert penalty.step == "mute_1_day"
            assert Post.objects.get(pk=post.pk).state == "hidden"
            assert find_restriction(member.id, None, clock.now()) is not None
            assert Send.objects.filter(member_id=member.id).count() == 2, "told of decision and penalty"
        appeal_on_phone(phone, decision)
        report_on_phone(phone, harmless)
        judge(guest, colleague)
        with site.inside():
            assert Appeal.objects.get(decision=decision).state == "upheld"
            assert Post.objects.get(pk=post.pk).state == "published"
            assert find_restriction(member.id, None, clock.now()) is None
            assert Send.objects.filter(member_id=member.id).count() == 3
        phone.open(f"/m/my-penalties/{decision.id}/")
        expect(phone.page.locator(".m-badge-ok").first).to_be_visible()
        phone.picture("upheld")
