"""The best price of a cart with 20 lines and 30 running offers, beside offers applied one after the other without any search
(the first that may be combined is taken), worked out in the plainest way.

The price of the plain way is never the lower one; by how much ours is lower is part of the line. Where ``make peers`` has
installed django-oscar, its offer engine does a few of the same carts with the nearest offers that it has, which it reads from
SQLite in memory.
"""

import json
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.comparing import Comparison, Way, compare
from bench.installation import Installation

CARTS = 40
CARTS_OF_PEER = 3
PEERS = Path(__file__).parent.parent / ".venv-peers" / "bin" / "python"


def measure(place: Installation, divisor: int) -> Iterator[Comparison]:  # noqa: ARG001 - needs no database
    """Measure carts that differ in their quantities; all answers are proven to be the best."""
    from qunying.engines.cart_offers import Cart
    from qunying.engines.cart_pricing import price_cart
    from qunying.engines.tests import plain_cart

    offers = _offers()
    carts = [_cart(number) for number in range(max(1, CARTS // divisor))]

    def one_after_the_other(cart: Cart) -> int:
        tags = [offer for offer in offers if plain_cart.is_tag(offer)]
        taken: list[object] = []
        key = plain_cart.price_of(cart, tags, taken)
        for offer in offers:
            if plain_cart.is_tag(offer):
                continue
            tried = plain_cart.price_of(cart, tags, [*taken, offer])
            if tried is not None:
                taken, key = [*taken, offer], tried
        return int(key[0])

    ours = [price_cart(cart, offers) for cart in carts]
    if not all(price.is_proven for price in ours):
        raise AssertionError("a cart was too hard")
    plain = [one_after_the_other(cart) for cart in carts]
    lower = 1 - sum(price.total_minor for price in ours) / sum(plain)
    yield compare(
        f"cart quotes, 20 × 30 ({lower:.1%} lower)",
        unit="quotes",
        amount=len(carts),
        ours=Way(lambda _place: [price_cart(cart, offers) for cart in carts]),
        reference=Way(lambda _place: [one_after_the_other(cart) for cart in carts]),
        reference_name="offers one after the other, no search",
    )

    if PEERS.exists():
        yield _beside_oscar(carts[:CARTS_OF_PEER])


def _beside_oscar(carts) -> Comparison:  # type: ignore[no-untyped-def]
    """Compare with django-oscar on the same carts."""
    from qunying.engines.cart_pricing import price_cart

    told = {
        "carts": [
            {
                "lines": [
                    [line.product, sorted(line.tags), line.quantity, line.unit_price_minor]
                    for line in cart.lines
                ]
            }
            for cart in carts
        ],
        "offers": _offers_of_oscar(),
    }
    program = Path(__file__).parent / "peers" / "oscar_carts.py"
    done = subprocess.run(
        [PEERS, "-W", "ignore", program], input=json.dumps(told), capture_output=True, text=True, check=True
    )
    theirs = json.loads(done.stdout)
    ours = [price_cart(cart, _offers()).total_minor - cart.shipping_minor for cart in carts]
    lower = 1 - sum(ours) / sum(theirs["totals_minor"])
    timed = compare(
        f"the same carts ({lower:.1%} lower)",
        unit="quotes",
        amount=len(carts),
        ours=Way(lambda _place: [price_cart(cart, _offers()) for cart in carts]),
        reference=Way(lambda _place: None),
        reference_name="django-oscar's offer engine",
    )
    return replace(timed, reference=len(carts) / statistics.median(theirs["seconds"]))


def _offers_of_oscar() -> list[tuple[str, str, int, int]]:
    """Return the nearest to our thirty: kind, tag (or empty for everything), threshold in minor units, value times 100."""
    return [
        *(("Percentage", f"c{n % 5}", 0, 500 + 100 * n) for n in range(8)),
        *(
            ("Absolute", f"c{n % 5}" if n % 2 else f"b{n % 3}", 10_000 + 2_000 * n, 1_000 + 150 * n)
            for n in range(12)
        ),
        *(
            (
                "Percentage" if n % 2 else "Absolute",
                "",
                15_000 * n,
                500 + 90 * n if n % 2 else 1_500 + 200 * n,
            )
            for n in range(8)
        ),
        ("Shipping percentage", "", 9_900, 10_000),
        ("Multibuy", "", 29_900, 0),
    ]


def _cart(seed: int):  # type: ignore[no-untyped-def]
    from qunying.engines.cart_offers import Cart, CartLine

    lines = tuple(
        CartLine(
            f"{n:02}", f"P{n}", 1 + (n + seed) % 4, 1_990 + 370 * n, frozenset({f"c{n % 5}", f"b{n % 3}"})
        )
        for n in range(20)
    )
    return Cart(lines, "CNY", datetime(2026, 11, 11, tzinfo=UTC), 1_500)


def _offers():  # type: ignore[no-untyped-def]
    from qunying.engines.tests.test_cart_pricing import thirty_offers

    return sorted(thirty_offers(), key=lambda offer: (offer.stage, offer.id))
