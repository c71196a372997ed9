"""Console pages and commands of automatic offers and carts."""

import json

import pytest
from django.test import Client
from typer.testing import CliRunner

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser
from qunying.ledger.tests.make import ACTOR, NOW, give_points, run
from qunying.members.tests.make import make_member, sign_in
from qunying.rewards.actions.redeem_order import redeem_order
from qunying.rewards.actions.reserve_order import reserve_order
from qunying.rewards.doors.cli import app
from qunying.rewards.models import CouponTemplate, OrderPrice, PriceFloor, Promotion
from qunying.rewards.pricing.carts import AskedCart, AskedLine
from qunying.rewards.queries.quote_cart import quote_cart
from qunying.rewards.tests.make import make_coupon, make_promotion

pytestmark = pytest.mark.django_db
STEPS = {"name": "<b>Steps", "steps": "200 = 20\n300＝50", "goes_with": "promotion", "counts": "left", "stage": "5",
    "tags": "shoes，socks", "starts_at": "2026-01-01T00:00:00", "command_id": "c"}  # fmt: skip
CART = {"lines": "P1; 2; 175.00; shoes\nP2; 1; 50", "shipping": "10", "channel": "online"}


def test_an_offer_from_draft_to_its_next_version_in_the_console():
    browser = make_browser()
    assert "Steps" not in browser.get("/console/pricing/offers/").content.decode()
    assert browser.get("/console/pricing/offers/new/?kind=bundle").status_code == 200
    wrong = browser.post("/console/pricing/offers/new/?kind=steps", {**STEPS, "steps": "many"})
    assert "is no step" in wrong.content.decode()
    browser.post("/console/pricing/offers/new/?kind=steps", STEPS)
    promotion = Promotion.objects.get()
    assert promotion.terms["promise"] == {"steps": [[20_000, 2_000], [30_000, 5_000]]}
    assert promotion.terms["cart"]["tags"] == ["shoes", "socks"]
    assert promotion.starts_at is not None
    assert promotion.starts_at.isoformat() == "2025-12-31T16:00:00+00:00"
    here = f"/console/pricing/offers/{promotion.id}/"
    tried = browser.get(here, CART).content.decode()
    assert "&lt;b&gt;Steps" in tried
    assert "<b>Steps" not in tried
    assert "CN¥360.00" in tried  # 400.00 − 50.00 + 10.00, as a draft
    assert "shoes" in browser.get(f"{here}edit/").content.decode()
    browser.post(f"{here}edit/", {**STEPS, "steps": "300 = 60", "command_id": "d"})
    browser.post(f"{here}open/")
    assert "CN¥350.00" in browser.get("/console/pricing/try/", CART).content.decode()
    assert "is no line" in browser.get("/console/pricing/try/", {**CART, "lines": "P1"}).content.decode()
    browser.post(f"{here}renew/")
    assert Promotion.objects.filter(state="draft", version=2).count() == 1
    browser.post(f"{here}close/")
    promotion.refresh_from_db()
    assert promotion.state == "closed"


@pytest.mark.parametrize("kind", Promotion.Kind.values)
def test_every_kind_has_its_form(kind):
    page = make_browser().get(f"/console/pricing/offers/new/?kind={kind}")
    assert page.status_code == 200


def test_floors_are_set_and_taken_away():
    browser = make_browser()
    floor = {"kind": "tag", "key": "shoes", "percent": "62.5"}
    browser.post("/console/pricing/floors/", {**floor, "command_id": "a"})
    assert PriceFloor.objects.get().least_basis_points == 6_250
    assert "62.5%" in browser.get("/console/pricing/floors/").content.decode()
    browser.post("/console/pricing/floors/", {**floor, "percent": "", "command_id": "b"})
    assert not PriceFloor.objects.exists()
    looker = make_browser(Role.ANALYST)
    assert looker.post("/console/pricing/floors/", floor).status_code == 403


def test_points_at_the_checkout_in_the_console_by_command_and_for_members(tmp_path):
    browser, here = make_browser(), "/console/pricing/points/"
    ann = make_member()
    give_points(ann.id, 5_000)
    assert "Points pay for no part" in browser.get(here).content.decode()
    typed = {"rate": "1", "share": "50", "tags": "shoes", "order_amounts": "before", "command_id": "a"}
    browser.post(here, typed)
    shown = browser.get(here).content.decode()
    assert "100 points pay CN¥1.00 of an order." in shown
    assert "At most 50% of what is to be paid for goods." in shown
    assert "come before our discounts" in shown
    tried = browser.get("/console/pricing/try/", {**CART, "member": str(ann.id), "with_points": "on"})
    assert "5,000 points pay CN¥50.00" in tried.content.decode()
    assert make_browser(Role.ANALYST).post(here, typed).status_code == 403
    phone = Client(headers={"accept-language": "en"})
    sign_in(phone, ann)
    assert "They pay up to CN¥50.00" in phone.get("/m/points/").content.decode()
    written = tmp_path / "policy.json"
    written.write_text(json.dumps({"currency": "CNY"}))
    runner = CliRunner()
    assert (
        json.loads(runner.invoke(app, ["pricing", "set-checkout", str(written), "--json"]).stdout)["number"]
        == 2
    )
    told = json.loads(runner.invoke(app, ["pricing", "checkout", "--json"]).stdout)["versions"]
    assert [each["minor_per_hundred"] for each in told] == [0, 100]


def test_coupons_of_every_kind_are_written_in_the_console():
    browser = make_browser()
    usual = {"audience": "public", "total": "10", "per_member": "1", "validity": "days", "valid_days": "3"}
    gift = {"name": "Mug", "kind": "gift", "gift_product": "MUG", "gift_quantity": "1", "gift_worth": "9.90"}
    post = {
        "name": "Post",
        "kind": "free_shipping",
        "cap": "10",
        "goes_with": "all",
        "stores": "S1",
        "channel": "store",
    }
    for number, terms in enumerate((gift, post)):
        browser.post("/console/coupons/new/", {**usual, **terms, "command_id": str(number), "returns": "on"})
    mug, shipping = CouponTemplate.objects.order_by("name")
    assert (mug.gift_product, mug.gift_worth_minor, mug.cart_terms) == ("MUG", 990, {})
    assert (shipping.cap_minor, shipping.cart_terms["stores"], shipping.cart_terms["group"]) == (
        1_000,
        ["S1"],
        "",
    )
    shown = browser.get(f"/console/coupons/{shipping.id}/").content.decode()
    assert "in stores: S1" in shown
    assert "free shipping" in shown
    assert "S1" in browser.get(f"/console/coupons/{shipping.id}/edit/").content.decode()


def test_the_command_line_quotes_and_writes_offers(tmp_path):
    offer, cart = tmp_path / "offer.json", tmp_path / "cart.json"
    offer.write_text(
        json.dumps({"name": "Two", "kind": "buy_get", "currency": "CNY", "promise": {"buy": 1, "get": 1}})
    )
    line = {"id": "1", "product": "P1", "quantity": 2, "unit_price_minor": 500}
    cart.write_text(json.dumps({"currency": "CNY", "lines": [line]}))
    runner = CliRunner()
    made = json.loads(runner.invoke(app, ["pricing", "create", str(offer), "--json"]).stdout)
    assert runner.invoke(app, ["pricing", "open", made["id"]]).exit_code == 0
    quoted = json.loads(runner.invoke(app, ["pricing", "quote", str(cart), "--json"]).stdout)
    assert quoted["total_minor"] == 500
    assert len(json.loads(runner.invoke(app, ["pricing", "offers", "--json"]).stdout)["offers"]) == 1
    assert runner.invoke(app, ["pricing", "set-floor", "all", "--least-basis-points", "9000"]).exit_code == 0
    assert (
        json.loads(runner.invoke(app, ["pricing", "quote", str(cart), "--json"]).stdout)["total_minor"] == 900
    )
    cart.write_text(json.dumps({"currency": "CNY", "lines": [{**line, "quantity": -1}]}))
    refused = runner.invoke(app, ["pricing", "quote", str(cart)])
    assert refused.exception is not None


def test_prices_of_orders_are_shown_in_the_console_and_on_the_command_line():
    ann = make_coupon().member_id
    make_promotion()
    assert "pricing/quote" in make_browser().get("/console/pricing/orders/").content.decode()
    line = AskedLine(id="1", product="P1", quantity=2, unit_price_minor=5_000)
    asked = AskedCart(currency="CNY", lines=(line,))
    quoted = quote_cart(asked=asked, actor=ACTOR, now=NOW, member_id=ann)
    run(reserve_order, order_number="A-1", asked=asked, member_id=ann, codes=[], quote_hash=quoted.quote_hash)
    run(redeem_order, order_number="A-1")
    assert "A-1" in make_browser().get("/console/pricing/orders/?number=A-1").content.decode()
    shown = make_browser().get(f"/console/pricing/orders/{OrderPrice.objects.get().id}/").content.decode()
    assert "Ten off" in shown
    assert "Offer amount_off" in shown
    runner = CliRunner()
    back = json.loads(runner.invoke(app, ["order", "refund", "A-1", "--line", "1=1", "--json"]).stdout)
    assert back["amount_minor"] == 4_250
    assert runner.invoke(app, ["order", "cancel", "A-1"]).exit_code == 0
    told = json.loads(runner.invoke(app, ["order", "show", "A-1", "--json"]).stdout)["orders"][0]
    assert (told["state"], told["refunded_minor"]) == ("refunded", 8_500)
