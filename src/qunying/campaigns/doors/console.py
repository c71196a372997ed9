"""Console pages of campaigns: plans, the steps of one campaign, and what can be done at each."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.accounts.queries.list_audit import name_actors
from qunying.accounts.queries.list_staff import list_staff
from qunying.campaigns.actions.add_task import add_task
from qunying.campaigns.actions.approve_campaign import approve_campaign
from qunying.campaigns.actions.cancel_campaign import cancel_campaign
from qunying.campaigns.actions.change_plan import change_plan
from qunying.campaigns.actions.change_stage import change_stage
from qunying.campaigns.actions.close_campaign import close_campaign
from qunying.campaigns.actions.confirm_audience import confirm_audience
from qunying.campaigns.actions.create_campaign import create_campaign
from qunying.campaigns.actions.finish_task import finish_task
from qunying.campaigns.actions.launch_campaign import launch_campaign
from qunying.campaigns.actions.reject_campaign import reject_campaign
from qunying.campaigns.actions.remove_task import remove_task
from qunying.campaigns.actions.submit_campaign import submit_campaign
from qunying.campaigns.actions.withdraw_campaign import withdraw_campaign
from qunying.campaigns.approval import is_author, needs_second_person
from qunying.campaigns.doors import report_pages
from qunying.campaigns.doors.plan_form import PlanForm, initial_of, shown_target
from qunying.campaigns.doors.timeline import timeline_of_campaigns, timeline_of_stages
from qunying.campaigns.measuring.preflight import Preflight
from qunying.campaigns.models import StageKind, State
from qunying.campaigns.queries.count_audience import count_reached
from qunying.campaigns.queries.get_campaign import get_campaign
from qunying.campaigns.queries.get_preflight import get_preflight
from qunying.campaigns.queries.list_campaigns import list_campaigns, list_lessons
from qunying.communities.queries.get_community import list_communities
from qunying.kernel import clock
from qunying.kernel.clock import instant_in, local_day
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.inputs import DayInput
from qunying.kernel.paging import cut_page
from qunying.kernel.problems import Problem
from qunying.kernel.web import act_of
from qunying.messages.reasons import Reason

PLANNED = (State.DRAFT, State.SUBMITTED, State.APPROVED)


class TaskForm(forms.Form):
    """A task of a stage."""

    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=StageKind.choices)
    title = forms.CharField(label=gettext_lazy("Task"), max_length=200)
    owner_id = forms.TypedChoiceField(
        label=gettext_lazy("Owner"), required=False, coerce=UUID, empty_value=None
    )
    due_on = forms.DateField(label=gettext_lazy("Due"), widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(person.pk), str(person)) for person in list_staff()]
        self.fields["owner_id"].choices = [("", "—"), *people]  # type: ignore[attr-defined]


class StageForm(forms.Form):
    """When a stage takes place."""

    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=StageKind.choices)
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=DayInput())


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class RemarkForm(forms.Form):
    """What goes with an approval."""

    remark = forms.CharField(label=gettext_lazy("Remark"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        """Return what was typed, and which plan the page showed."""
        return {**self.cleaned_data, "seen": instant_in(self.data.get("seen", ""))}


class CountForm(forms.Form):
    """The number of members, typed."""

    count = forms.IntegerField(label=gettext_lazy("Number of members"), min_value=0, max_value=10**9)


class NothingForm(forms.Form):
    """A button without fields."""


@page("campaigns.view")
def plans_page(request: StaffRequest) -> HttpResponse:
    """List all plans by state, on a timeline and as a table."""
    state = request.GET.get("state", "")
    states = [state] if state in State.values else []
    search = request.GET.get("search", "")[:100]
    found = cut_page(
        list_campaigns(states=states, search=search),
        order_by="-created_at",
        cursor=request.GET.get("cursor"),
        size=30,
    )
    counts = Counter(list_campaigns(search=search).values_list("state", flat=True))
    today = local_day(clock.now(), get_brand().zone)
    planned = [row for row in found.rows if row.state != State.CANCELLED]
    over = [row for row in planned if row.ends_on < today]
    present = [row for row in planned if row.ends_on >= today]
    shows_over = not present or "over" in request.GET
    context = {
        "found": found,
        "authors": name_actors({row.created_by for row in found.rows}),
        "targets": {row.id: shown_target(row) for row in found.rows},
        "tabs": [(value, label, counts[value]) for value, label in State.choices],
        "total": sum(counts.values()),
        "state": state,
        "search": search,
        "timeline": timeline_of_campaigns(over if shows_over else present, today),
        "shows_over": shows_over,
        "over_count": len(over) if present else 0,
        "lessons": list_lessons(5),
    }
    return show(request, "campaigns/plans.html", _("Campaign plans"), context)


@page("campaigns.view")
def list_page(request: StaffRequest) -> HttpResponse:
    """List running and closed campaigns with their key figures."""
    rows = list_campaigns(states=(State.RUNNING, State.CLOSED))
    found = cut_page(rows, order_by="-created_at", cursor=request.GET.get("cursor"), size=30)
    figures = [report_pages.key_figures(campaign) for campaign in found.rows]
    return show(request, "campaigns/list.html", _("Campaigns"), {"found": found, "figures": figures})


@page("campaigns.create_campaign")
def new_page(request: StaffRequest) -> HttpResponse:
    """Write a new plan."""
    form = PlanForm(request.POST or None, currency=get_brand().currency)
    if request.method == "POST" and form.is_valid():
        created = _saved(request, form, lambda **words: create_campaign(plan=form.plan(), **words))
        if created is not None:
            return redirect("campaigns.plan", created.campaign_id)
    return show(request, "campaigns/plan_form.html", _("New campaign plan"), _form_context(form))


@page("campaigns.change_plan")
def edit_page(request: StaffRequest, campaign_id: UUID) -> HttpResponse:
    """Change a draft."""
    campaign = get_campaign(campaign_id)
    form = PlanForm(
        request.POST or None, currency=campaign.currency, campaign=campaign, initial=initial_of(campaign)
    )
    if request.method == "POST" and form.is_valid():
        change: Callable[..., Any] = change_plan
        saved = _saved(
            request,
            form,
            lambda **words: change(
                campaign_id=campaign_id,
                plan=form.plan(),
                seen=instant_in(request.POST.get("seen", "")),
                **words,
            ),
        )
        if saved is not None:
            return redirect("campaigns.plan", campaign_id)
    context = {**_form_context(form), "campaign": campaign}
    return show(request, "campaigns/plan_form.html", campaign.name, context)


def _saved(request: StaffRequest, form: PlanForm, save: Callable[..., Any]) -> Any:
    """Save what was typed; what the rules refuse becomes an error of the form, and nothing typed is lost."""
    try:
        answer = save(**act_of(request))
    except Problem as problem:
        if not problem.kind.is_refusal:
            raise
        form.add_error(None, str(problem))
        return None
    messages.success(request, _("Saved."))
    return answer


def _form_context(form: PlanForm) -> dict[str, Any]:
    return {"form": form, "lessons": list_lessons(5)}


@page("campaigns.view")
def count_fragment(request: StaffRequest) -> HttpResponse:
    """Count the audience that is being chosen, beside the form."""
    form = PlanForm(request.GET, currency=get_brand().currency)
    form.is_valid()
    chosen = form.cleaned_data
    count = count_reached(
        chosen.get("audience_kind", ""),
        chosen.get("segment_id"),
        [UUID(key) for key in chosen.get("community_ids", [])],
        clock.now(),
    )
    return render(request, "campaigns/count.html", {"count": count})


@page("campaigns.view")
def plan_page(request: StaffRequest, campaign_id: UUID) -> HttpResponse:
    """Show one plan: what it says, when, and who does what."""
    campaign = get_campaign(campaign_id)
    tasks = list(campaign.tasks.select_related("owner").order_by("due_on", "id"))
    today = local_day(clock.now(), get_brand().zone)
    community_ids = set(campaign.communities.values_list("community_id", flat=True))
    context = {
        **report_pages.steps(campaign, "plan"),
        "target": shown_target(campaign),
        "communities": [size.community for size in list_communities() if size.community.pk in community_ids],
        "timeline": timeline_of_stages(list(campaign.stages.all()), tasks, today),
        "tasks": tasks,
        "today": today,
        "done": sum(1 for task in tasks if task.done_at),
        "people": name_actors({campaign.created_by, campaign.changed_by}),
        "task_form": TaskForm(initial={"due_on": campaign.starts_on}),
        "stage_form": StageForm(),
    }
    return show(request, "campaigns/plan.html", campaign.name, context)


@page("campaigns.view")
def preflight_page(request: StaffRequest, campaign_id: UUID) -> HttpResponse:
    """Show what a launch would meet, and let the number of members be confirmed."""
    campaign = get_campaign(campaign_id)
    if campaign.launched_at is not None:
        return show(
            request, "campaigns/launched.html", campaign.name, report_pages.steps(campaign, "preflight")
        )
    found = get_preflight(campaign_id, clock.now())
    excluded = found.reach.excluded if found.reach else {}
    context = {
        **report_pages.steps(campaign, "preflight"),
        "preflight": found,
        "excluded": [(Reason(reason).label, count) for reason, count in excluded.items()],
        "fatigue_rows": _fatigue_rows(found),
    }
    return show(request, "campaigns/preflight.html", campaign.name, context)


def _fatigue_rows(found: Preflight) -> list[dict[str, object]]:
    """Return how many members had 0, 1, 2, … messages, one column per window."""
    columns = [had.members for had in found.fatigue.had] if found.fatigue else []
    rows = list(enumerate(zip(*columns, strict=True)))
    return [
        {"messages": f"{messages}+" if messages == len(rows) - 1 else messages, "members": members}
        for messages, members in rows
    ]


@page("campaigns.view")
def approval_page(request: StaffRequest, campaign_id: UUID) -> HttpResponse:
    """Show who decided what; approve, send back, launch."""
    campaign = get_campaign(campaign_id)
    decisions = list(campaign.decisions.order_by("-id"))
    context = {
        **report_pages.steps(campaign, "approval"),
        "decisions": decisions,
        "people": name_actors({row.by for row in decisions}),
        "needs_second_person": needs_second_person(campaign),
        "is_author": is_author(campaign, request.actor),
        "reason_form": ReasonForm(),
        "remark_form": RemarkForm(),
    }
    return show(request, "campaigns/approval.html", campaign.name, context)


# verb → the action, the form of what it needs, what to say afterwards, and the page to go on with
DECISIONS: Mapping[str, tuple[Callable[..., Any], type[forms.Form], Any, str]] = {
    "confirm": (confirm_audience, CountForm, gettext_lazy("Confirmed."), "campaigns.preflight"),
    "submit": (submit_campaign, NothingForm, gettext_lazy("Handed in for approval."), "campaigns.approval"),
    "approve": (approve_campaign, RemarkForm, gettext_lazy("Approved."), "campaigns.approval"),
    "reject": (reject_campaign, ReasonForm, gettext_lazy("Sent back."), "campaigns.approval"),
    "withdraw": (
        withdraw_campaign,
        NothingForm,
        gettext_lazy("The plan is a draft again."),
        "campaigns.plan",
    ),
    "cancel": (cancel_campaign, ReasonForm, gettext_lazy("Cancelled."), "campaigns.plan"),
    "launch": (launch_campaign, NothingForm, gettext_lazy("The campaign is running."), "campaigns.run"),
    "close": (close_campaign, NothingForm, gettext_lazy("The campaign is closed."), "campaigns.report"),
    "task": (add_task, TaskForm, gettext_lazy("Added."), "campaigns.plan"),
    "stage": (change_stage, StageForm, gettext_lazy("Saved."), "campaigns.plan"),
    "lesson": (*report_pages.LESSON, "campaigns.report"),
}


@require_POST
@page("campaigns.view")
def decide(request: StaffRequest, campaign_id: UUID, verb: str) -> HttpResponse:
    """Do one of the things that can be done with a campaign; each asks for its own permission."""
    action, form_class, said, next_page = DECISIONS[verb]
    form = form_class(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return redirect(next_page, campaign_id)
    action(**act_of(request), campaign_id=campaign_id, **form.cleaned_data)
    messages.success(request, str(said))
    return redirect(next_page, campaign_id)


@require_POST
@page("campaigns.finish_task")
def task_done(request: StaffRequest, campaign_id: UUID, task_id: UUID) -> HttpResponse:
    """Tick a task off, open it again, or take it off the list."""
    if request.POST.get("verb") == "remove":
        remove_task(**act_of(request), task_id=task_id)
    else:
        finish_task(**act_of(request), task_id=task_id, done=request.POST.get("verb") == "done")
    return redirect("campaigns.plan", campaign_id)


urlpatterns = [
    path("plans/", plans_page, name="campaigns.plans"),
    path("plans/new/", new_page, name="campaigns.new"),
    path("plans/count/", count_fragment, name="campaigns.count"),
    path("campaigns/", list_page, name="campaigns.list"),
    path("campaigns/<uuid:campaign_id>/", plan_page, name="campaigns.plan"),
    path("campaigns/<uuid:campaign_id>/edit/", edit_page, name="campaigns.edit"),
    path("campaigns/<uuid:campaign_id>/preflight/", preflight_page, name="campaigns.preflight"),
    path("campaigns/<uuid:campaign_id>/approval/", approval_page, name="campaigns.approval"),
    path("campaigns/<uuid:campaign_id>/run/", report_pages.run_page, name="campaigns.run"),
    path("campaigns/<uuid:campaign_id>/report/", report_pages.report_page, name="campaigns.report"),
    path("campaigns/<uuid:campaign_id>/report/file/", report_pages.report_file, name="campaigns.report_file"),
    path("campaigns/<uuid:campaign_id>/tasks/<uuid:task_id>/", task_done, name="campaigns.task"),
    *[
        path(f"campaigns/<uuid:campaign_id>/{verb}/", decide, {"verb": verb}, name=f"campaigns.{verb}")
        for verb in DECISIONS
    ],
]
