"""Pages of product trials: staff choose and read, members report."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from qunying.activities.actions.choose_triers import choose_triers
from qunying.activities.actions.review_report import review_report
from qunying.activities.actions.write_report import write_report
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.trial import SAMPLE
from qunying.activities.models import Award, State, TrialReport
from qunying.activities.queries.get_activity import get_activity
from qunying.activities.queries.list_reports import list_applications, list_overdue, list_reports
from qunying.activities.stock import levels_of
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.web import act_of
from qunying.members.member_web import MemberRequest, act_of_member, signed_in_member_page

MOST_OVERDUE = 200


@page("activities.view")
def applications_page(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """List who applied, the first first; the chosen are marked."""
    activity = get_activity(activity_id)
    found = cut_page(
        list_applications(activity_id).select_related("member"),
        order_by="at",
        cursor=request.GET.get("cursor"),
    )
    left = levels_of(activity)[SAMPLE].left if activity.opened_at else 0
    is_drawn = kind_of("trial").is_drawn(activity)
    context = {
        "activity": activity,
        "rows": found.rows,
        "next_cursor": found.next_cursor,
        "may_choose": activity.state in {State.OPEN, State.CLOSED}
        and left > 0
        and not is_drawn
        and any(not row.given for row in found.rows),
        "may_end": activity.state == State.CLOSED and not is_drawn,
        "is_drawn": is_drawn,
        "left": left,
    }
    return show(request, "activities/applications.html", _("Applications"), context)


@page("activities.view")
def reports_page(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """List the reports of a trial, newest first, and who is overdue."""
    activity = get_activity(activity_id)
    found = cut_page(
        list_reports(activity_id).select_related("member"),
        order_by="-written_at",
        cursor=request.GET.get("cursor"),
        size=20,
    )
    overdue = list_overdue(activity, clock.now()).select_related("member").order_by("won_at")
    context = {
        "activity": activity,
        "reports": found.rows,
        "next_cursor": found.next_cursor,
        "overdue": overdue[:MOST_OVERDUE],
    }
    return show(request, "activities/reports.html", _("Trial reports"), context)


@require_POST
@page("activities.choose_triers")
def choose(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Give the product to those who are ticked, or say that nobody more is chosen."""
    is_last = request.POST.get("last") == "yes"
    ticked = [part for part in request.POST.getlist("chosen") if _is_id(part)]
    if not ticked and not is_last:
        messages.warning(request, _("Nobody is ticked: tick whom you choose."))
        return redirect("activities.applications", activity_id)
    count = choose_triers(
        **act_of(request),
        activity_id=activity_id,
        applications=[] if is_last else [UUID(part) for part in ticked],
        is_last=is_last,
    )
    told = ngettext("{count} member was chosen.", "{count} members were chosen.", count)
    messages.success(request, _("Settled: the result is published.") if is_last else told.format(count=count))
    return redirect("activities.applications", activity_id)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_POST
@page("activities.review_report")
def review(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Accept a report, or send it back."""
    review_report(
        **act_of(request),
        report_id=report_id,
        accept=request.POST.get("verdict") == "accept",
        note=request.POST.get("note", "")[:300],
    )
    messages.success(request, _("Noted."))
    return redirect("activities.trial_reports", TrialReport.objects.get(pk=report_id).activity_id)


@require_POST
@signed_in_member_page
def report(request: MemberRequest, award_id: UUID) -> HttpResponse:
    """Write the report about a product."""
    write_report(
        **act_of_member(request, "activities.write_report"),
        award_id=award_id,
        member_id=request.member.id,
        text=request.POST.get("text", ""),
    )
    messages.success(request, _("Thank you for your report."))
    return redirect("activities.play", get_object_or_404(Award, pk=award_id).activity_id)


console = [
    path("activities/<uuid:activity_id>/applications/", applications_page, name="activities.applications"),
    path("activities/<uuid:activity_id>/choose/", choose, name="activities.choose_triers"),
    path("activities/<uuid:activity_id>/reports/", reports_page, name="activities.trial_reports"),
    path("activities/reports/<uuid:report_id>/review/", review, name="activities.review_report"),
]
member = [path("trials/<uuid:award_id>/report/", report, name="activities.write_report")]
