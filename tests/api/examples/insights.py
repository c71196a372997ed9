"""Requests for analyses."""

from tests.api.examples import Example, example

PERIOD = {"start": "2026-01-01", "end": "2026-01-31"}


@example("insights.get_dashboard")
def dashboard() -> Example:
    return Example(query=PERIOD)


@example("insights.get_retention")
def retention() -> Example:
    return Example(query={"grain": "week"})


@example("insights.get_active_hours")
def active_hours() -> Example:
    return Example(query=PERIOD)


@example("insights.get_top_products")
def top_products() -> Example:
    return Example(query={**PERIOD, "limit": 5})


@example("insights.get_rfm_grid")
def rfm_grid() -> Example:
    return Example()
