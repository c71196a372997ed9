"""django-oscar's offer engine on the carts that it is told: a program of its own, for an environment that has django-oscar.

Reads ``{"carts": [{"lines": [[product, tags, quantity, price]]}], "offers": [[kind, tag, threshold, value]]}`` from
standard input and prints the seconds that the carts took in each of some goes, and what they come to. Its engine applies
offers by priority, one after the other, and a unit takes part in one offer; an order's own kinds of ours (steps, gifts)
become the nearest that it has.
"""

import json
import sys
from decimal import Decimal
from time import perf_counter
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

GOES = 3
PARTS = """analytics checkout address shipping catalogue catalogue.reviews communication partner basket payment offer order
customer search voucher wishlists dashboard dashboard.reports dashboard.users dashboard.orders dashboard.catalogue
dashboard.offers dashboard.partners dashboard.pages dashboard.ranges dashboard.reviews dashboard.vouchers
dashboard.communications dashboard.shipping"""


class NoMigrations(dict[str, None]):
    """Makes tables straight from the models."""

    def __contains__(self, key: object) -> bool:
        return True

    def __getitem__(self, key: str) -> None:
        return None


def set_up() -> None:
    """Configure a shop on SQLite in memory."""
    from oscar import defaults

    own = {name: value for name, value in vars(defaults).items() if name.startswith("OSCAR")}
    settings.configure(
        **own,
        SECRET_KEY="a benchmark's",
        SITE_ID=1,
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        MIGRATION_MODULES=NoMigrations(),
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        INSTALLED_APPS=[
            *(
                f"django.contrib.{app}"
                for app in ("auth", "contenttypes", "sites", "sessions", "messages", "flatpages")
            ),
            "oscar.config.Shop",
            *(f"oscar.apps.{part}.apps.{config(part)}" for part in PARTS.split()),
            *("widget_tweaks", "haystack", "treebeard", "django_tables2"),
        ],
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)


def config(part: str) -> str:
    """Return the name of the configuration of a part of the shop: ``reports`` of the dashboard is ReportsDashboard."""
    return (
        "".join(word.title() for word in reversed(part.split("."))) + "Config"
        if part.startswith("dashboard.")
        else ("".join(word.title() for word in part.split(".")) + "Config")
    )


def make_products(lines: list[Any]) -> dict[str, Any]:
    """Make the products of the carts, each in the categories of its tags."""
    from oscar.apps.catalogue.models import Category, Product, ProductClass
    from oscar.apps.partner.models import Partner, StockRecord

    kind = ProductClass.objects.create(name="goods", track_stock=False)
    partner = Partner.objects.create(name="shop")
    categories = {
        tag: Category.add_root(name=tag) for tag in sorted({tag for line in lines for tag in line[1]})
    }
    products = {}
    for name, tags, _quantity, price in lines:
        product = Product.objects.create(product_class=kind, title=name)
        product.categories.set([categories[tag] for tag in tags])
        StockRecord.objects.create(
            product=product,
            partner=partner,
            partner_sku=name,
            price=Decimal(price) / 100,
            price_currency="CNY",
        )
        products[name] = product
    return products


def make_offers(offers: list[Any]) -> None:
    """Make the running offers, the first with the highest priority."""
    from oscar.apps.catalogue.models import Category
    from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer, Range

    ranges: dict[str, Any] = {"": Range.objects.create(name="all", includes_all_products=True)}
    for category in Category.objects.all():
        ranges[category.name] = Range.objects.create(name=category.name)
        ranges[category.name].included_categories.add(category)
    for place, (kind, tag, threshold, value) in enumerate(offers):
        meant = ranges[tag]
        least = ("Value", Decimal(threshold) / 100) if threshold else ("Count", 1)
        condition = Condition.objects.create(range=meant, type=least[0], value=least[1])
        benefit = Benefit.objects.create(
            range=None if kind.startswith("Shipping") else meant,
            type=kind,
            value=None if kind == "Multibuy" else Decimal(value) / 100,
        )
        ConditionalOffer.objects.create(
            name=f"offer {place}",
            condition=condition,
            benefit=benefit,
            priority=len(offers) - place,
            max_basket_applications=1,
        )


def make_basket(lines: list[Any], products: dict[str, Any]) -> Any:
    """Return a basket as a request has it: its lines and products are read."""
    from oscar.apps.basket.models import Basket
    from oscar.apps.partner.strategy import Default

    basket = Basket.objects.create()
    basket.strategy = Default()
    for name, _tags, quantity, _price in lines:
        basket.add_product(products[name], quantity)
    basket.all_lines()
    return basket


def main() -> None:
    """Do the carts as often as asked and print what came out."""
    told = json.load(sys.stdin)
    set_up()
    products = make_products(told["carts"][0]["lines"])
    make_offers(told["offers"])
    from oscar.apps.offer.applicator import Applicator

    baskets = [make_basket(cart["lines"], products) for cart in told["carts"]]
    seconds = []
    for _go in range(GOES):
        for basket in baskets:
            basket.reset_offer_applications()
        started = perf_counter()
        for basket in baskets:
            Applicator().apply(basket)
        seconds.append(perf_counter() - started)
    totals = [int(basket.total_incl_tax * 100) for basket in baskets]
    applied = [len(basket.applied_offers()) for basket in baskets]
    print(json.dumps({"seconds": seconds, "totals_minor": totals, "applied": applied}))


if __name__ == "__main__":
    main()
