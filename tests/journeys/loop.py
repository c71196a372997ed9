"""The stations of the whole loop, as people go through them in a browser."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from qunying.campaigns.queries.get_campaign import get_campaign
from qunying.campaigns.queries.list_arm import list_arm
from qunying.kernel import clock
from qunying.members.queries.list_contacts import list_contacts
from tests.journeys.shop import PRICE, REGULARS, ZONE, Shop
from tests.live.browser import PATIENCE, Visitor

HOLDOUT = 0.2


def metric(page: Page, label: str) -> Locator:
    """Return the figure that stands below a label."""
    exactly = page.locator(".q-metric-label").get_by_text(label, exact=True)
    return page.locator(".q-metric").filter(has=exactly).first.locator(".q-metric-value")


def local_now() -> datetime:
    """Return the wall clock of the brand."""
    return clock.now().astimezone(ZoneInfo(ZONE))


@dataclass
class Loop:
    """One walk: who takes part, what they say, and what was found on the way."""

    words: dict[str, Any]
    owner: Visitor
    manager: Visitor
    phone: Visitor
    shop: Shop
    folder: Path
    steps: int = 0
    found: dict[str, Any] = field(default_factory=dict)

    def picture(self, who: Visitor, station: str) -> None:
        """Keep a screenshot under the next number."""
        who.step, self.steps = self.steps, self.steps + 1
        who.picture(station)

    def press(self, who: Visitor, selector: str, lands: str) -> None:
        """Press a button and wait for the page that it leads to."""
        who.follow(who.page.locator(selector).first, lands=lands)

    # ── data ────────────────────────────────────────────────────────────────────────────────────────────────

    def bring_in_orders(self, path: Path, expected: dict[str, int]) -> None:
        """Upload a file, look at what its columns mean and what becomes of its rows, and import it."""
        page, words = self.owner.page, self.words
        self.owner.open("/console/imports/")
        page.locator("input[name=file]").set_input_files(path)
        self.picture(self.owner, "upload")
        self.press(self.owner, "form[enctype] button", "**/console/imports/*-*/")
        expect(page.locator("h1").first).to_contain_text(path.name)
        expect(page.locator("#column_number")).to_have_value(words["header"][0])
        expect(page.locator("#column_customer")).to_have_value(words["header"][2])
        expect(page.locator("#zone")).to_have_value(ZONE)
        expect(page.get_by_text(words["becomes"]).first).to_be_visible()
        self.picture(self.owner, "mapping")
        page.locator("button[name=wish][value=import]").click()
        expect(page.locator("#import-state .q-badge").first).to_be_visible()
        page.evaluate("window.stillHere = true")
        self.picture(self.owner, "importing")
        done = page.locator("#import-state .q-badge").get_by_text(words["imported"], exact=True)
        expect(done).to_be_visible(timeout=2 * PATIENCE)
        for name in ("rows", "orders", "members"):
            if name in expected:
                expect(metric(page, words[name])).to_have_text(f"{expected[name]:,}")
        assert page.evaluate("window.stillHere") is True, "the progress came without loading the page again"
        self.picture(self.owner, "imported")

    def check_import(self, expected: dict[str, int]) -> None:
        """Compare what the first import says of rows and money with the file."""
        page, words = self.owner.page, self.words
        text = page.locator("#import-state").inner_text()
        assert words["accepted"].format(accepted=f"{expected['accepted']:,}") in text
        assert words["money_whole"].format(expected["net_minor"] / 100) in text
        self.owner.open("/console/members/")
        expect(page.locator(".q-table tbody tr")).to_have_count(50)
        expect(page.locator(".q-table").get_by_text(self.shop.region).first).to_be_visible()
        self.picture(self.owner, "members")

    def build_segment(self) -> None:
        """Turn the builder's first row into: at least two orders in ninety days."""
        page, words = self.owner.page, self.words
        self.owner.open("/console/segments/new/")
        count = page.locator("#preview [data-count]")
        expect(count).to_be_visible()
        page.locator(".q-rule-row input[type=number]").first.fill("2")
        expect(count).to_have_attribute("data-count", str(REGULARS))
        expect(page.locator("#preview")).to_contain_text(words["sentence"])
        page.locator("#id_name").fill(words["segment"])
        self.picture(self.owner, "segment-builder")
        self.press(self.owner, "#segment-form button.q-button >> nth=-1", "**/console/segments/*-*/")
        expect(metric(page, words["members"])).to_have_text(str(REGULARS))
        self.picture(self.owner, "segment")

    # ── plan ────────────────────────────────────────────────────────────────────────────────────────────────

    def write_coupon_and_text(self) -> None:
        """Write down what members get and how they hear of it."""
        page, words = self.owner.page, self.words
        self.owner.open("/console/coupons/new/")
        for name, value in {
            "name": words["coupon"],
            "amount": "20",
            "threshold": "100",
            "total": "300",
        }.items():
            page.locator(f"[name={name}]").fill(value)
        page.locator("[name=audience]").select_option("targeted")
        self.press(self.owner, ".q-page form.q-form button.q-button", "**/console/coupons/*-*/")
        expect(page.locator(".q-page")).to_contain_text(words["money"].format(20))
        self.found["coupon"] = page.url.rstrip("/").rsplit("/", 1)[-1]
        self.picture(self.owner, "coupon")
        self.owner.open("/console/messages/texts/new/")
        fields = {"name": "text", "subject": "subject", "body": "body", "variables": "fallback"}
        for name, word in fields.items():
            page.locator(f"[name={name}]").fill(words[word])
        expect(page.locator("#preview")).to_contain_text(words["subject"])
        expect(page.locator("#preview").get_by_text(words["unsubscribe"])).to_have_count(1)
        self.picture(self.owner, "message")
        self.press(self.owner, ".q-page form.q-form button.q-button", "**/console/messages/texts/")
        expect(page.locator(".q-table")).to_contain_text(words["text"])

    def write_plan(self) -> None:
        """Fill in the plan: goal, audience, holdout, offer, a budget above the limit, message, dates."""
        page, words, today = self.owner.page, self.words, local_now().date()
        self.owner.open("/console/plans/new/")
        filled = {
            "name": words["campaign"],
            "theme": words["theme"],
            "selling_points": words["selling"],
            "goal_target": "10",
            "goal_by": str(today + timedelta(days=30)),
            "holdout": str(int(HOLDOUT * 100)),
            "budget": "4000",
            "expected_claims": "30",
            "expected_redemptions": "50",
            "starts_on": str(today),
            "ends_on": str(today + timedelta(days=14)),
            "measurement_days": "1",
        }
        for name, value in filled.items():
            page.locator(f"#id_{name}").fill(value)
        chosen = {"segment_id": "segment", "offer_id": "coupon", "message_template_id": "text"}
        for name, word in chosen.items():
            page.locator(f"#id_{name}").select_option(label=words[word])
        expect(page.locator("aside .q-metric-value")).to_have_text(str(REGULARS))
        self.picture(self.owner, "plan-form")
        self.press(self.owner, "#plan .q-row button.q-button", "**/console/campaigns/*-*/")
        expect(page.locator(".q-page")).to_contain_text(words["money"].format(4000))
        self.found["campaign"] = page.url.rstrip("/").rsplit("/", 1)[-1]
        self.picture(self.owner, "plan")

    def confirm_and_hand_in(self) -> None:
        """Look at the pre-flight, type the number of members, hand in."""
        page, words = self.owner.page, self.words
        self.owner.open(self.campaign_page("preflight/"))
        groups = [metric(page, words[name]) for name in ("reached", "held_out")]
        sizes = [int(group.inner_text()) for group in groups]
        assert sum(sizes) == REGULARS
        assert 0.1 * REGULARS < sizes[1] < 0.3 * REGULARS, "about a fifth is held out"
        self.found["treated"], self.found["held_out"] = sizes
        hand_in = page.locator("form[action$='/submit/'] button")
        expect(hand_in).to_be_disabled()
        self.picture(self.owner, "preflight")
        page.locator("#id_count").fill(str(REGULARS))
        self.press(self.owner, "form[action$='/confirm/'] button", "**/preflight/")
        expect(page.locator(".q-badge").get_by_text(words["confirmed"], exact=True)).to_be_visible()
        self.picture(self.owner, "confirmed")
        self.press(self.owner, "form[action$='/submit/'] button", "**/approval/")
        expect(page.locator(".q-page")).to_contain_text(words["submitted"])
        expect(page.locator(".q-page")).to_contain_text(words["ask_another"])
        expect(page.locator("form[action$='/approve/']")).to_have_count(0)
        self.picture(self.owner, "handed-in")

    def approve_and_launch(self) -> None:
        """Let another person look, approve and launch."""
        page, words = self.manager.page, self.words
        self.manager.open(self.campaign_page("approval/"))
        expect(page.locator(".q-page")).to_contain_text(words["second_person"])
        page.locator("form[action$='/approve/'] input[name=remark]").fill(words["remark"])
        self.picture(self.manager, "to-approve")
        self.press(self.manager, "form[action$='/approve/'] button", "**/approval/")
        expect(page.locator(".q-list")).to_contain_text(words["approved"])
        expect(page.locator(".q-list")).to_contain_text(words["manager"])
        page.locator("form[action$='/launch/'] input[type=checkbox]").check()
        self.picture(self.manager, "approved")
        self.press(self.manager, "form[action$='/launch/'] button", "**/run/")
        expect(page.locator("body")).to_contain_text(words["running"])
        self.picture(self.manager, "launched")

    # ── reach ───────────────────────────────────────────────────────────────────────────────────────────────

    def wait_for_messages(self) -> None:
        """Wait until the worker has sent everything, and find one member's message in the mailbox."""
        page, words = self.owner.page, self.words
        self._until("run/", metric(page, words["messages_sent"]), str(self.found["treated"]))
        self.picture(self.owner, "sent")
        self.owner.open("/console/messages/mailbox/")
        first = page.locator("article.q-card").first
        expect(first).to_contain_text(words["subject"])
        expect(first).to_contain_text(words["greeting"])
        expect(first).to_contain_text(words["unsubscribe"])
        self.found["member"] = first.locator("p a").get_attribute("href")
        self.found["link"] = first.locator(".q-code a").first.get_attribute("href")
        assert "/m/l/" in self.found["link"]
        self.picture(self.owner, "mailbox")

    def claim_on_the_phone(self) -> None:
        """Follow the link on a phone, and claim."""
        page, words = self.phone.page, self.words
        page.goto(self.found["link"])
        page.wait_for_url("**/m/offers/*")
        expect(page.locator("h1")).to_have_text(words["coupon"])
        expect(page.locator(".m-amount")).to_contain_text(words["off"])
        self._fits()
        self.picture(self.phone, "offer")
        page.locator("main form.m-form button").click()
        expect(page.locator(".m-note")).to_contain_text(words["have_it"])
        expect(page.locator("main form.m-form")).to_have_count(0)
        self._fits()
        self.picture(self.phone, "claimed")

    def open_the_coupon(self) -> None:
        """Make the member known by e-mail, sign in on the phone with the code from the mailbox, open the coupon."""
        page, words, console = self.phone.page, self.words, self.owner.page
        self.owner.open(self.found["member"])
        form = console.locator("form.q-form").filter(has=console.locator("select[name=type]"))
        form.locator("xpath=ancestor::details").locator("summary").click()
        form.locator("select[name=type]").select_option("email")
        form.locator("[name=value]").fill(words["email"])
        self.owner.follow(form.locator("button.q-button"))
        expect(console.locator(".q-page")).to_contain_text(f"{words['email'][0]}***@")
        self.picture(self.owner, "member")
        page.locator("a.m-button").click()
        page.locator("#contact").fill(words["email"])
        self._fits()
        self.picture(self.phone, "sign-in")
        self.press(self.phone, "main form button", "**/m/sign-in/code/**")
        page.locator("#code").fill(self._code())
        self.picture(self.phone, "code")
        self.press(self.phone, "main form button", "**/m/coupons/")
        expect(page.locator(".m-coupon strong")).to_have_text(words["coupon"])
        self._fits()
        self.picture(self.phone, "my-coupons")
        self.press(self.phone, "a.m-coupon", "**/m/coupons/*-*/")
        self.found["code"] = page.locator(".m-code").inner_text().strip()
        self._fits()
        self.picture(self.phone, "my-coupon")

    # ── result ──────────────────────────────────────────────────────────────────────────────────────────────

    def redeem_at_the_checkout(self) -> None:
        """Give the shop a key, and let its checkout find, reserve and redeem the coupon."""
        page, words = self.owner.page, self.words
        self.owner.open("/console/interfaces/")
        page.locator("[name=name]").fill("POS")
        page.locator("[name=scopes]").fill("rewards.view\nrewards.reserve_coupon\nrewards.redeem_coupon")
        page.locator("form.q-form button.q-button").last.click()
        secret = page.locator(".q-code").inner_text().strip()
        self.picture(self.owner, "key")
        self.found["order"] = f"N{self.shop.orders + 1:06d}"
        coupon = self._call(secret, "coupons/find", {"code": self.found["code"]})
        order = {"order_number": self.found["order"]}
        kept = self._call(
            secret, f"coupons/{coupon['id']}/reserve", {**order, "total_minor": int(PRICE * 2 * 100)}
        )
        assert kept["discount_minor"] == 2000
        used = self._call(secret, f"coupons/{coupon['id']}/redeem", order)
        assert (used["discount_minor"], used["currency"]) == (2000, "CNY")
        self.owner.open(f"/console/coupons/{self.found['coupon']}/")
        expect(metric(page, words["redeemed"])).to_have_text("1")
        expect(metric(page, words["discount"])).to_have_text(words["money_whole"].format(20))
        expect(page.locator(".q-table")).to_contain_text(self.found["order"])
        self.picture(self.owner, "redeemed")

    def bring_in_what_was_bought_since(self, path: Path) -> None:
        """Import the orders since the launch: most of the treated have bought, fewer of the others."""
        with self.owner.site.inside():
            campaign = get_campaign(UUID(self.found["campaign"]))
            arms = {arm: list_arm(campaign.id, arm) for arm in ("treatment", "control")}
            numbers = list_contacts([one for arm in arms.values() for one in arm], "shop_customer")
            launched_at = campaign.launched_at
        assert launched_at is not None
        claimed_by = UUID(self.found["member"].rstrip("/").rsplit("/", 1)[-1])
        treated = [one for one in arms["treatment"] if one != claimed_by]
        buyers = [claimed_by, *treated[: len(treated) * 3 // 5]]
        self.found["buyers"], self.found["other_buyers"] = len(buyers), len(arms["control"]) // 4
        buyers += arms["control"][: self.found["other_buyers"]]
        moment = launched_at.replace(microsecond=0) + timedelta(seconds=1)
        orders = self.shop.since(path, [numbers[one] for one in buyers], moment)
        self.bring_in_orders(path, {"rows": orders, "orders": orders})

    def close(self) -> None:
        """End the campaign; its figures are interim until the days that count are over."""
        page, words = self.owner.page, self.words
        self.owner.open(self.campaign_page("run/"))
        page.locator("details summary.q-button").click()
        self.picture(self.owner, "to-close")
        self.press(self.owner, "form[action$='/close/'] button", "**/report/")
        expect(page.locator("body")).to_contain_text(words["closed"])
        expect(page.locator(".q-verdict strong").first).to_have_text(words["not_proven"])
        expect(page.locator(".q-verdict")).to_contain_text(words["interim"])
        self.picture(self.owner, "interim-report")

    def read_the_report(self) -> Path:
        """Look from the end of the days that count: arms, lift with its interval, verdict; keep the file."""
        page = self.owner.page
        self.owner.open("/console/brand/")
        page.locator("#id_analysis_at").fill(f"{local_now() + timedelta(days=3):%Y-%m-%dT%H:%M}")
        self.press(self.owner, ".q-page form.q-form button.q-button", "**/console/brand/")
        self.picture(self.owner, "brand")
        self.owner.open(self.campaign_page("report/"))
        self.check_report(page)
        self.picture(self.owner, "report")
        with page.expect_download() as download:
            page.locator("a[href$='/report/file/']").click()
        path = self.folder / "report.html"
        download.value.save_as(path)
        return path

    def check_report(self, page: Page) -> None:
        """See to it that a report shows what the campaign did."""
        words, found = self.words, self.found
        expect(page.locator(".q-verdict strong").first).to_have_text(words["proven"])
        expect(page.locator(".q-verdict")).to_contain_text(words["leaves_out_zero"])
        expect(page.locator(".q-verdict strong").last).to_have_text(words["met"])
        interval = page.locator(".q-metric").first.locator(".q-metric-change").inner_text()
        low, high = (float(number) for number in re.findall(r"[+-]?[\d.]+(?=%)", interval.replace(",", "")))
        lift = float(metric(page, words["per_member"]).inner_text().strip("+%").replace(",", ""))
        assert 0 < low < lift < high
        rows = page.locator("table").filter(has=page.locator("caption")).last.locator("tbody tr")
        treated, held_out = (
            [cell.strip() for cell in row.all_inner_texts()]
            for row in (rows.nth(0).locator("th, td"), rows.nth(1).locator("th, td"))
        )
        assert treated[1:9] == [str(found["treated"])] * 3 + ["1", "1", "1"] + [str(found["buyers"])] * 2
        assert held_out[1:9] == [str(found["held_out"]), *["0"] * 5] + [str(found["other_buyers"])] * 2
        expect(page.locator("main, .q-page").last).to_contain_text(words["method"])

    def campaign_page(self, step: str = "") -> str:
        """Return the path of one of the campaign's pages."""
        return f"/console/campaigns/{self.found['campaign']}/{step}"

    def _until(self, step: str, figure: Locator, text: str) -> None:
        """Load a page of the campaign again until a figure says what it should."""
        end = clock.now() + timedelta(milliseconds=2 * PATIENCE)
        while True:
            self.owner.open(self.campaign_page(step))
            if figure.inner_text() == text or clock.now() > end:
                break
            self.owner.page.wait_for_timeout(500)
        expect(figure).to_have_text(text)

    def _code(self) -> str:
        """Find the sign-in code in the mailbox."""
        end = clock.now() + timedelta(milliseconds=2 * PATIENCE)
        while clock.now() < end:
            self.owner.open("/console/messages/mailbox/")
            found = re.search(
                r"Sign-in code: (\w+)", self.owner.page.locator("article.q-card").first.inner_text()
            )
            if found:
                return found[1]
            self.owner.page.wait_for_timeout(500)
        raise AssertionError("no code came")

    def _call(self, secret: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call the API as a shop's checkout does."""
        answer = self.owner.page.request.post(
            f"{self.owner.site.address}/api/v1/{path}",
            data=body,
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.ok, answer.text()
        document: dict[str, Any] = answer.json()
        return document

    def _fits(self) -> None:
        """A phone shows the whole width: nothing scrolls sideways."""
        assert self.phone.page.evaluate("document.documentElement.scrollWidth") <= 360
