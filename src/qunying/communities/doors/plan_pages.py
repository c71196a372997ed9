"""Console page of a community's plan: targets, recruitment drives, duties of roles."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.communities.actions.remove_drive import remove_drive
from qunying.communities.actions.save_drive import save_drive
from qunying.communities.actions.set_duties import set_duties
from qunying.communities.actions.set_target import RATES, set_target
from qunying.communities.doors.forms import DriveForm, DutiesForm, TargetForm
from qunying.communities.models import CommunityTarget, GroupMember, Permission
from qunying.communities.queries.get_community import get_community
from qunying.communities.queries.get_plan import Reached, list_drives, list_targets
from qunying.communities.queries.list_duties import list_duties
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.money import display_money, to_minor
from qunying.kernel.templatetags.console import number, percent
from qunying.kernel.web import act_of, csv_response
from qunying.stream.lake import open_analysis


@page("communities.view")
def plan_page(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Show what the community plans and what became of it."""
    community, brand = get_community(community_id), get_brand()
    today = local_day(get_analysis_time(clock.now()), brand.zone)
    with open_analysis() as analysis:
        targets = list_targets(analysis, community_id, today=today, zone=brand.zone)
    shown = [_shown(row, brand.currency) for row in targets]
    if request.GET.get("format") == "csv":
        header = [_("Measure"), _("From"), _("Until"), _("Target"), _("Actual"), pgettext("target", "Share")]
        rows = [
            [row[name] for name in ("measure", "start", "end", "target", "actual", "share")] for row in shown
        ]
        return csv_response(f"plan-{community_id}", header, rows)
    roles = dict(GroupMember.Role.choices)
    context = {
        "community": community,
        "targets": shown,
        "drives": [
            {"result": row, "cost_each": None if row.cost_each_minor is None else round(row.cost_each_minor)}
            for row in list_drives(community_id, zone=brand.zone)
        ],
        "duties": [
            {
                "role": roles[row.role],
                "duties": row.duties,
                "is_usual": row.is_usual,
                "permissions": [label for value, label in Permission.choices if value in row.permissions],
                "form": DutiesForm(
                    prefix=row.role,
                    initial={
                        "role": row.role,
                        "duties": row.duties,
                        "permissions": sorted(row.permissions),
                    },
                ),
            }
            for row in list_duties(community_id)
        ],
        "target_form": TargetForm(),
        "drive_form": DriveForm(),
    }
    return show(request, "communities/plan.html", _("Plan of {name}").format(name=community.name), context)


def _shown(row: Reached, currency: str) -> dict[str, Any]:
    def written(value: float | None) -> str:
        if value is None:
            return "—"
        if row.target.measure in RATES:
            return percent(value)
        if row.target.measure == CommunityTarget.Measure.SALES:
            return display_money(int(value), currency, whole=True)
        return number(value)

    return {
        "measure": row.target.get_measure_display(),
        "start": row.target.start,
        "end": row.target.end,
        "target": written(float(row.target.value)),
        "actual": written(row.actual),
        "share": row.share,
        "width": round(100 * min(row.share or 0.0, 1.0)),
    }


def _valid(request: StaffRequest, form: forms.Form) -> bool:
    """Tell whether a form can be used, else say what is wrong with it."""
    if form.is_valid():
        return True
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, f"{label}: {' '.join(str(error) for error in errors)}")
    return False


@require_POST
@page("communities.set_target")
def target(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Set a target, or take it away."""
    form = TargetForm(request.POST)
    if _valid(request, form):
        typed = form.cleaned_data
        set_target(
            **act_of(request),
            community_id=community_id,
            measure=typed["measure"],
            start=typed["start"],
            end=typed["end"],
            value=_stored(typed["measure"], typed["value"]),
        )
        messages.success(request, _("Saved."))
    return redirect("communities.plan", community_id)


def _stored(measure: str, typed: Decimal | None) -> Decimal | None:
    """Return a target as it is kept: percent as ratio, money in minor units."""
    if typed is None:
        return None
    if measure in RATES:
        return typed / 100
    if measure == CommunityTarget.Measure.SALES:
        return Decimal(to_minor(typed, get_brand().currency))
    return typed


@require_POST
@page("communities.save_drive")
def drive(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Plan a recruitment drive."""
    form = DriveForm(request.POST)
    if _valid(request, form):
        typed = dict(form.cleaned_data)
        cost = to_minor(typed.pop("cost"), get_brand().currency)
        save_drive(**act_of(request), community_id=community_id, cost_minor=cost, **typed)
        messages.success(request, _("Saved."))
    return redirect("communities.plan", community_id)


@require_POST
@page("communities.remove_drive")
def give_up(request: StaffRequest, community_id: UUID, drive_id: UUID) -> HttpResponse:
    """Give a recruitment drive up."""
    remove_drive(**act_of(request), community_id=community_id, drive_id=drive_id)
    messages.success(request, _("The drive is no longer planned. Whoever it brought stays."))
    return redirect("communities.plan", community_id)


@require_POST
@page("communities.set_duties")
def duties(request: StaffRequest, community_id: UUID, role: str) -> HttpResponse:
    """Give a role its duties and permissions."""
    form = DutiesForm(request.POST, prefix=role)
    if _valid(request, form):
        set_duties(**act_of(request), community_id=community_id, **form.cleaned_data)
        messages.success(request, _("Saved."))
    return redirect("communities.plan", community_id)


urlpatterns = [
    path("communities/<uuid:community_id>/plan/", plan_page, name="communities.plan"),
    path("communities/<uuid:community_id>/plan/targets/", target, name="communities.set_target"),
    path("communities/<uuid:community_id>/plan/drives/", drive, name="communities.save_drive"),
    path(
        "communities/<uuid:community_id>/plan/drives/<uuid:drive_id>/remove/",
        give_up,
        name="communities.remove_drive",
    ),
    path("communities/<uuid:community_id>/plan/duties/<slug:role>/", duties, name="communities.set_duties"),
]
