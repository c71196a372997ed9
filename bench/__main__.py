"""``python -m bench [--only NAME] [--small]``."""

import argparse
from importlib import import_module

from bench.comparing import machine
from bench.installation import installation

MEASUREMENTS = (
    "import_orders",
    "ingest_events",
    "preview_segment",
    "claim_coupons",
    "search_messages",
    "detect_messages",
    "quote_carts",
)


def main() -> None:
    """Run the measurements and print their lines as they come."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Speed beside a reference, as ratios."
    )
    parser.add_argument(
        "--only", action="append", choices=MEASUREMENTS, help="one of the measurements; may be repeated"
    )
    parser.add_argument(
        "--small", action="store_true", help="a twentieth of the work, to see whether it runs"
    )
    asked = parser.parse_args()
    for line in machine():
        print(line, flush=True)
    with installation() as place:
        for name in asked.only or MEASUREMENTS:
            for comparison in import_module(f"bench.{name}").measure(place, 20 if asked.small else 1):
                print(comparison.line(), flush=True)


if __name__ == "__main__":
    main()
