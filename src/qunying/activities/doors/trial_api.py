"""The API's product trials: applications, choosing, reports."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from qunying.activities.actions.choose_triers import choose_triers
from qunying.activities.actions.review_report import review_report
from qunying.activities.actions.write_report import LONGEST_REPORT, write_report
from qunying.activities.queries.get_activity import get_activity
from qunying.activities.queries.list_reports import list_applications, list_overdue, list_reports
from qunying.kernel import clock
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Limit, YesNo

router = Router()
MOST_CHOSEN = 500


class ApplicationOut(Schema):
    """An application with its answer; given is empty until it is chosen."""

    id: UUID
    member_id: UUID
    choice: str
    given: str
    at: datetime


class ApplicationPage(Schema):
    """A page of applications."""

    items: list[ApplicationOut]
    next_cursor: str | None


class ReportOut(Schema):
    """A report about a product."""

    id: UUID
    award_id: UUID
    member_id: UUID
    text: str
    state: str
    written_at: datetime
    is_late: bool
    note: str


class ReportPage(Schema):
    """A page of reports, with how many are overdue."""

    items: list[ReportOut]
    next_cursor: str | None
    overdue: int


class ChooseIn(Schema, extra="forbid"):
    """Who gets the product; is_last: nobody more is chosen, and the closed trial is settled."""

    applications: Annotated[list[UUID], Field(max_length=MOST_CHOSEN)] = []
    is_last: YesNo = False


class ReportIn(Schema, extra="forbid"):
    """A report in the name of a member."""

    member_id: UUID
    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_REPORT, pattern=PLAIN)]


class ReviewIn(Schema, extra="forbid"):
    """What staff say to a report."""

    accept: YesNo
    note: Annotated[str, StringConstraints(max_length=200, pattern=PLAIN)] = ""


@router.get(
    "/activities/{activity_id}/applications",
    response=ApplicationPage,
    operation_id="activities.list_applications",
)
def applications(request: ApiRequest, activity_id: UUID, cursor: Cursor = None, limit: Limit = 50) -> object:
    """Return who applied for a product trial, the first first."""
    request.actor.require("activities.view")
    wanted = list_applications(get_activity(activity_id).id)
    found = cut_page(wanted, order_by="at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/activities/{activity_id}/choose", operation_id="activities.choose_triers")
def choose(request: ApiRequest, activity_id: UUID, body: ChooseIn) -> dict[str, int]:
    """Give the product to some of those who applied, all or none; or settle a trial in which nobody more is chosen."""
    count = choose_triers(**act_of(request), activity_id=activity_id, **body.dict())
    return {"chosen": count}


@router.get("/activities/{activity_id}/reports", response=ReportPage, operation_id="activities.list_reports")
def reports(
    request: ApiRequest,
    activity_id: UUID,
    state: Annotated[Literal["waiting", "accepted", "returned", ""], Query()] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return the reports of a product trial, newest first."""
    request.actor.require("activities.view")
    activity = get_activity(activity_id)
    wanted = list_reports(activity_id, state)
    found = cut_page(wanted, order_by="-written_at", cursor=cursor, size=limit)
    overdue = list_overdue(activity, clock.now()).count() if activity.kind == "trial" else 0
    return {"items": found.rows, "next_cursor": found.next_cursor, "overdue": overdue}


@router.post("/activities/prizes/{award_id}/report", operation_id="activities.write_report")
def report(request: ApiRequest, award_id: UUID, body: ReportIn) -> dict[str, UUID]:
    """Write the report about a product in the name of a member."""
    report_id = write_report(**act_of(request), award_id=award_id, member_id=body.member_id, text=body.text)
    return {"report_id": report_id}


@router.post("/activities/reports/{report_id}/review", operation_id="activities.review_report")
def review(request: ApiRequest, report_id: UUID, body: ReviewIn) -> dict[str, str]:
    """Accept a report, for the promised points, or send it back with a note."""
    state = review_report(**act_of(request), report_id=report_id, accept=body.accept, note=body.note)
    return {"state": state}
