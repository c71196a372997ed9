"""The sample's doors: ``qunying run --sample`` and ``qunying simulate``."""

from datetime import UTC, datetime, time
from typing import Annotated

import typer

from qunying.kernel import clock
from qunying.kernel.terminal import answer
from qunying.sample.load import load_sample as load
from qunying.sample.simulate import simulate as simulate_into

__all__ = ["load", "simulate"]


def simulate(
    members: Annotated[int, typer.Option(min=1, max=2_000_000, help="How many people ever bought.")] = 2_000,
    days: Annotated[int, typer.Option(min=1, max=3_650, help="Length of the period.")] = 365,
    products: Annotated[int, typer.Option(min=50, max=100_000, help="Size of the range.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same brand.")] = 1,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day on which the period ends; by default today."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Fill an empty installation with a simulated brand; the truths that analyses must find are printed and kept."""
    now = clock.now()
    end = datetime.combine(until.date(), time(), UTC) if until else now
    answer(
        simulate_into(members=members, days=days, products=products, seed=seed, end=end),
        json=json,
    )
