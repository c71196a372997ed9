"""``qunying insights``: the analyses as figures."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

import typer

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.insights.queries.choose_period import choose_period
from qunying.insights.queries.get_dashboard import get_dashboard
from qunying.insights.queries.get_retention import get_retention
from qunying.insights.queries.get_rfm_grid import get_rfm_grid
from qunying.kernel import clock
from qunying.kernel.clock import day_end
from qunying.kernel.terminal import answer
from qunying.stream.lake import open_analysis

app = typer.Typer(no_args_is_help=True, help="Overview, retention and RFM.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Zone = Annotated[str | None, typer.Option(help="IANA zone of the days; by default the brand's.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command()
def dashboard(
    start: Day = None, end: Day = None, days: int = 30, zone: Zone = None, json: Json = False
) -> None:
    """Figures of a period against the period before it."""
    zone = zone or get_brand().zone
    as_of = get_analysis_time(clock.now())
    period = choose_period(
        as_of=as_of,
        zone=zone,
        start=start.date() if start else None,
        end=end.date() if end else None,
        days=days,
    )
    with open_analysis() as analysis:
        found = get_dashboard(
            analysis, start=period.start, end=period.end, zone=zone, currency=get_brand().currency
        )
    answer({**asdict(found), "zone": zone, "currency": get_brand().currency}, json=json)


@app.command()
def retention(grain: Literal["week", "month"] = "month", zone: Zone = None, json: Json = False) -> None:
    """Cohorts by local week or month of first order, and how many came back in each one after."""
    zone = zone or get_brand().zone
    with open_analysis() as analysis:
        cohorts = get_retention(analysis, grain=grain, zone=zone)
    answer({"grain": grain, "zone": zone, "cohorts": [asdict(cohort) for cohort in cohorts]}, json=json)


@app.command()
def rfm(as_of: Day = None, json: Json = False) -> None:
    """Members by recency and frequency score, and the groups that they form."""
    instant = day_end(as_of.date(), get_brand().zone) if as_of else get_analysis_time(clock.now())
    with open_analysis(instant) as analysis:
        grid = get_rfm_grid(analysis, instant)
    answer({**asdict(grid), "currency": get_brand().currency}, json=json)
