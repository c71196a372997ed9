"""Two ways of doing the same work, in turns, and what their medians say."""

import os
import platform
import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

REPEATS = 5


@dataclass(frozen=True)
class Comparison:
    """What came out: units of work per second, ours and the reference's."""

    name: str
    unit: str
    amount: int
    ours: float
    reference: float
    reference_name: str

    def line(self) -> str:
        """One line for people: ours, the reference, the ratio."""
        return (
            f"{self.name:<34} {self.ours:>12,.1f} {self.unit}/s   {self.reference_name:<38}"
            f" {self.reference:>12,.1f} {self.unit}/s   ratio {self.ours / self.reference:.3f}"
        )


@dataclass(frozen=True)
class Way:
    """One way of doing the work.

    Args:
        work: what is timed; gets what ``around`` yields.
        around: prepares a clean start and tidies up; not timed.
    """

    work: Callable[[Any], object]
    around: Callable[[], AbstractContextManager[Any]] = nullcontext


def compare(
    name: str,
    *,
    unit: str,
    amount: int,
    ours: Way,
    reference: Way,
    reference_name: str,
    repeats: int = REPEATS,
) -> Comparison:
    """Time both ways in turns and return their medians.

    Args:
        name: of the measurement.
        unit: what is counted, in the plural.
        amount: how many of them one go handles.
        ours: our way.
        reference: the plain way.
        reference_name: what it is.
        repeats: goes of each.
    """
    seconds: dict[str, list[float]] = {"ours": [], "reference": []}
    for _go in range(repeats):
        for which, way in (("ours", ours), ("reference", reference)):
            with way.around() as place:
                started = perf_counter()
                way.work(place)
                seconds[which].append(perf_counter() - started)
    medians = {which: statistics.median(values) for which, values in seconds.items()}
    return Comparison(
        name, unit, amount, amount / medians["ours"], amount / medians["reference"], reference_name
    )


def machine() -> Iterator[str]:
    """Say on what this was measured."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or "unknown processor",
    )
    memory = next((int(line.split()[1]) // 1_000_000 for line in _lines("/proc/meminfo")), 0)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    yield f"{cpu}, {os.cpu_count()} cores, {memory} GB, {platform.system()} {platform.release()}, load {load}"
    parts = ", ".join(f"{name} {version(name)}" for name in ("django", "psycopg", "duckdb", "granian"))
    yield f"Python {platform.python_version()}, {parts}; medians of {REPEATS}"


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []
