"""Content in a browser: a piece from idea to the phone, over the calendar; a buyer show from the phone to the gallery."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from qunying.accounts.queries.get_brand import get_brand
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_staff
from qunying.communities.tests.make import make_community
from qunying.content.due import publish_what_is_due
from qunying.content.models import ContentItem, Placement, Submission
from qunying.content.tests.make import make_item, make_scheduled, picture_bytes, write
from qunying.kernel import clock
from qunying.kernel.clock import day_start, local_day
from qunying.ledger.accounts import POINTS, of_member
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.members.tests.make import make_member
from qunying.stream.models import Event
from tests.live.browser import PHONE, Visitor, visitor
from tests.live.phone import come_in, fits
from tests.live.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(guest: Visitor, name: str) -> None:
    """Press a button and wait for the page that it leads to."""
    guest.follow(guest.page.get_by_role("button", name=name, exact=True).first)


def next_monday() -> datetime:
    """Return ten o'clock of the coming Monday on the brand's clock."""
    zone = get_brand().zone
    today = local_day(clock.now(), zone)
    monday = today + timedelta(days=7 - today.weekday())
    return (day_start(monday, zone) + timedelta(hours=10)).astimezone(ZoneInfo(zone))


def write_it(guest: Visitor, monday: datetime) -> str:
    """Note an idea, write it for our page and for groups, plan both on Monday, and hand it in."""
    page, when = guest.page, monday.strftime("%Y-%m-%dT%H:%M")
    guest.open("/console/content/")
    page.get_by_role("link", name="新选题").click()
    page.locator("[name=title]").fill("三步泡好绿茶")
    page.locator("[name=brief]").fill("教新手控温")
    press(guest, "保存")
    item_path = page.url.removeprefix(guest.site.address)
    guest.picture("idea")
    for platform in ("member_web", "wecom"):
        assert guest.open(f"{item_path}on/{platform}/") == 200
        if platform == "member_web":
            page.locator("[name=title]").fill("三步泡好绿茶")
        page.locator("[name=body]").fill("1. 水温 **80 °C**\n2. 投茶 3 克\n3. 一分钟出汤")
        press(guest, "保存并预览")
        expect(page.locator("aside").get_by_text("80 °C").first).to_be_visible()
    guest.picture("variant")
    guest.open(item_path)
    for where in ("自有内容页", "茶友群"):
        page.locator("[name=where]").select_option(label=where)
        page.locator("form[action$='places/'] [name=at]").fill(when)
        guest.follow(page.locator("form[action$='places/'] button"))
    press(guest, "提交审核")
    guest.picture("handed-in")
    press(guest, "批准")
    expect(page.get_by_text("不能自己审核").or_(page.get_by_text("权限")).first).to_be_visible()
    return item_path


def test_a_piece_goes_from_idea_to_the_phone_over_the_calendar(browser: Browser, site: Site) -> None:
    with site.inside():
        writer, reviewer, reader = make_staff(Role.OPERATOR), make_staff(Role.MANAGER), make_member()
        community = make_community("茶友群")
        monday = next_monday()
        other = make_item("周三上新")
        write(other, "wecom", title="", body="新茶上架")
        make_scheduled(other, community=community, at=monday + timedelta(days=2, minutes=20))
    with (
        visitor(browser, site, language="zh-CN", album="content-writer") as guest,
        visitor(browser, site, language="zh-CN", album="content-reviewer") as second,
        visitor(browser, site, language="zh-CN", album="content-phone", size=PHONE) as phone,
    ):
        guest.sign_in(writer)
        item_path = write_it(guest, monday)
        second.sign_in(reviewer)
        second.open(item_path)
        for tick in ("claims_true", "rights_clear", "title_fits"):
            second.page.locator(f"[name={tick}]").check()
        second.picture("review")
        press(second, "批准")
        with site.inside():
            item = ContentItem.objects.get(title="三步泡好绿茶")
            assert item.state == "scheduled"
            post = item.placements.get(community=community)
        plan_it_anew(guest, post, monday)
        with site.inside():
            assert publish_what_is_due(monday + timedelta(days=3)) == 3
        guest.open(item_path)
        expect(guest.page.locator(".q-badge-ok").first).to_be_visible()
        guest.picture("published")
        read_it(phone, reader)


def plan_it_anew(guest: Visitor, post: Placement, monday: datetime) -> None:
    """Drag the group's post to Tuesday, move it to Wednesday by keyboard, and see that two posts come in one hour."""
    page, days = guest.page, [(monday + timedelta(days=n)).date().isoformat() for n in range(3)]
    guest.open(f"/console/content/?day={days[0]}")
    cells = [page.locator(f"td[data-day='{day}']") for day in days]
    entry = page.locator(f"[data-placement='{post.pk}']")
    expect(cells[0].locator(entry)).to_be_visible()
    expect(page.get_by_text("排在同一小时")).to_have_count(0)
    # A page that scrolls between press and drag has the browser pick up what lies under the pointer by then.
    cells[1].scroll_into_view_if_needed()
    entry.drag_to(cells[1])
    expect(cells[1].locator(entry)).to_have_attribute("data-moved", "")
    guest.picture("dragged")
    entry.focus()
    entry.press("Space")
    expect(page.locator("#calendar-says")).to_contain_text(days[1])
    entry.press("ArrowRight")
    expect(page.locator("#calendar-says")).to_contain_text(days[2])
    entry.press("Enter")
    expect(cells[2].locator(entry)).to_have_attribute("data-moved", "")
    expect(page.locator(".q-list").get_by_text("排在同一小时")).to_be_visible()
    expect(entry.get_by_label("提醒")).to_be_visible()
    guest.picture("warned")
    with guest.site.inside():
        post.refresh_from_db()
        assert post.planned_at == monday + timedelta(days=2)


def read_it(phone: Visitor, reader: object) -> None:
    """Read the piece on a phone, like it and say something."""
    page = phone.page
    come_in(phone, reader)  # type: ignore[arg-type]
    phone.open("/m/content/")
    fits(phone)
    page.get_by_role("link", name="三步泡好绿茶").click()
    expect(page.locator(".m-text strong")).to_have_text("80 °C")
    page.get_by_role("button", name="点赞").click()
    expect(page.locator("[aria-pressed=true]")).to_be_visible()
    page.locator("[name=text]").fill("照着泡了，真香")
    press(phone, "发送")
    expect(page.get_by_text("照着泡了，真香")).to_be_visible()
    fits(phone)
    phone.picture("read")


def test_a_buyer_show_goes_from_the_phone_to_the_gallery(browser: Browser, site: Site) -> None:
    with site.inside():
        member, staff = make_member(name="王小明"), make_staff(Role.OPERATOR)
    with (
        visitor(browser, site, language="zh-CN", album="show-phone", size=PHONE) as phone,
        visitor(browser, site, language="en-GB", album="show-staff") as office,
        visitor(browser, site, language="en-GB", album="show-guest", size=PHONE) as guest,
    ):
        page = phone.page
        come_in(phone, member)
        phone.open("/m/gallery/")
        page.get_by_role("link", name="我也要晒").click()
        page.locator("[name=title]").fill("我的茶桌")
        page.locator("[name=text]").fill("新杯子 new cup")
        photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes("JPEG", (1200, 900))}
        page.locator("[name=pictures]").set_input_files(photo)  # type: ignore[arg-type]
        page.locator("[name=consent]").check()
        fits(phone)
        phone.picture("form")
        press(phone, "提交")
        expect(page.locator(".m-badge", has_text="待审核")).to_be_visible()
        fits(phone)
        phone.picture("sent")

        office.sign_in(staff)
        office.open("/console/content/submissions/")
        office.page.get_by_role("link", name="我的茶桌").click()
        expect(office.page.locator(".q-picture")).to_be_visible()
        office.picture("waiting")
        office.page.locator("[name=points]").fill("60")
        press(office, "Accept")
        office.picture("accepted")

        phone.open("/m/submissions/")
        expect(page.locator(".m-badge-ok")).to_be_visible()
        phone.picture("rewarded")
        guest.open("/m/gallery/")
        guest.page.get_by_role("link", name="我的茶桌").click()
        shown = guest.page.locator("article img")
        expect(shown).to_be_visible()
        assert shown.evaluate("picture => picture.complete && picture.naturalWidth") == 1200
        expect(guest.page.locator("article")).to_contain_text("王**")
        expect(guest.page.get_by_role("link", name="Report")).to_be_visible()
        fits(guest)
        guest.picture("gallery")
        with site.inside():
            assert Submission.objects.get().points == get_balance(of_member(member.pk, POINTS)) == 60
            assert Event.objects.filter(name="points_granted", member_id=member.pk).count() == 1
            assert audit() == []
