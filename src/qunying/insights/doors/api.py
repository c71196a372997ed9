"""The API's analyses."""

from datetime import date, datetime
from typing import Literal

from ninja import Query, Router, Schema

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.insights.queries.choose_period import Period, choose_period
from qunying.insights.queries.get_dashboard import get_dashboard
from qunying.insights.queries.get_retention import get_retention
from qunying.insights.queries.get_rfm_grid import get_rfm_grid
from qunying.insights.queries.get_top_products import get_top_products
from qunying.kernel import clock
from qunying.kernel.web import ApiRequest
from qunying.kernel.wire import Day, Limit
from qunying.shop.queries.get_active_hours import get_active_hours
from qunying.stream.lake import open_analysis

router = Router()


class PeriodFilter(Schema):
    """Local days of the brand, both included; by default the last 30."""

    start: Day | None = None
    end: Day | None = None


class FiguresOut(Schema):
    """What happened in one period; money in minor units of the brand's currency, ``elsewhere`` are orders in others."""

    new: int
    active: int
    retained: int
    orders: int
    revenue_minor: int
    repeat_rate: float | None
    elsewhere: int


class DayOut(Schema):
    """One local day."""

    day: date
    orders: int
    revenue_minor: int


class DashboardOut(Schema):
    """A period and the one before it."""

    start: date
    end: date
    now: FiguresOut
    before: FiguresOut
    days: list[DayOut]


class CohortOut(Schema):
    """Members who came first in one period."""

    start: date
    size: int
    retained: list[int]


class RetentionOut(Schema):
    """The cohorts."""

    grain: str
    zone: str
    cohorts: list[CohortOut]


class ProductOut(Schema):
    """One product's sales, returns taken off."""

    product: str
    description: str
    orders: int
    buyers: int
    quantity: int
    revenue_minor: int


class RfmCellOut(Schema):
    """Members with one recency and one frequency score."""

    recency: int
    frequency: int
    members: int
    monetary_minor: int


class RfmGroupOut(Schema):
    """Members of one group."""

    code: str
    members: int
    monetary_minor: int


class RfmOut(Schema):
    """The grid and the groups; money in minor units of the brand's currency, ``elsewhere`` are orders in others."""

    as_of: datetime
    cells: list[RfmCellOut]
    groups: list[RfmGroupOut]
    elsewhere: int


def _period(request: ApiRequest, given: PeriodFilter) -> tuple[Period, str]:
    request.actor.require("insights.view")
    zone = get_brand().zone
    as_of = get_analysis_time(clock.now())
    return choose_period(as_of=as_of, zone=zone, start=given.start, end=given.end), zone


@router.get("/insights/dashboard", response=DashboardOut, operation_id="insights.get_dashboard")
def dashboard(request: ApiRequest, given: Query[PeriodFilter]) -> object:
    """Return the figures of a period against the period before it."""
    period, zone = _period(request, given)
    with open_analysis() as analysis:
        return get_dashboard(
            analysis, start=period.start, end=period.end, zone=zone, currency=get_brand().currency
        )


@router.get("/insights/retention", response=RetentionOut, operation_id="insights.get_retention")
def retention(request: ApiRequest, grain: Literal["week", "month"] = "month") -> object:
    """Return the cohorts by local week or month of first order."""
    _period(request, PeriodFilter())
    zone = get_brand().zone
    with open_analysis() as analysis:
        return {"grain": grain, "zone": zone, "cohorts": get_retention(analysis, grain=grain, zone=zone)}


@router.get("/insights/active-hours", response=list[list[int]], operation_id="insights.get_active_hours")
def active_hours(request: ApiRequest, given: Query[PeriodFilter]) -> object:
    """Return orders by weekday (Monday first) and local hour."""
    period, zone = _period(request, given)
    with open_analysis() as analysis:
        return get_active_hours(analysis, start=period.start, end=period.end, zone=zone)


@router.get("/insights/top-products", response=list[ProductOut], operation_id="insights.get_top_products")
def top_products(request: ApiRequest, given: Query[PeriodFilter], limit: Limit = 20) -> object:
    """Return the products with the highest net revenue."""
    period, zone = _period(request, given)
    with open_analysis() as analysis:
        return get_top_products(
            analysis, start=period.start, end=period.end, zone=zone, currency=get_brand().currency, size=limit
        )


@router.get("/insights/rfm", response=RfmOut, operation_id="insights.get_rfm_grid")
def rfm(request: ApiRequest) -> object:
    """Return members by recency and frequency score, and the groups that they form."""
    _period(request, PeriodFilter())
    as_of = get_analysis_time(clock.now())
    with open_analysis(as_of) as analysis:
        return get_rfm_grid(analysis, as_of)
