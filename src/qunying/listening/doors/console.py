"""Console pages of crises and their plans."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from qunying.accounts.queries.list_audit import name_actors
from qunying.accounts.queries.list_staff import list_staff
from qunying.communities.queries.get_community import list_communities
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.lines import Lines
from qunying.kernel.paging import cut_page
from qunying.kernel.problems import Problem
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of
from qunying.listening.actions.assign_task import assign_task
from qunying.listening.actions.change_plan import change_plan
from qunying.listening.actions.close_crisis import close_crisis
from qunying.listening.actions.finish_task import finish_task
from qunying.listening.actions.note_crisis import note_crisis
from qunying.listening.actions.open_crisis import open_crisis
from qunying.listening.models import Crisis, CrisisKind, CrisisTask
from qunying.listening.plans import Plan, PreparedText, Step, get_plan, list_plans
from qunying.listening.queries.get_crisis import get_crisis, list_crises, list_my_tasks

PAGE_SIZE = 30


def _people() -> list[tuple[str, str]]:
    return [("", "—"), *((str(person.pk), str(person)) for person in list_staff())]


class CrisisForm(forms.Form):
    """A new crisis."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CrisisKind.choices)
    title = forms.CharField(label=gettext_lazy("In one line"), max_length=100)
    description = forms.CharField(
        label=gettext_lazy("What has happened"),
        max_length=2000,
        required=False,
        widget=Lines(attrs={"rows": 3}),
    )
    community_id = forms.TypedChoiceField(
        label=gettext_lazy("Community"), required=False, coerce=UUID, empty_value=None
    )
    person_id = forms.TypedChoiceField(
        label=gettext_lazy("Person in charge"),
        required=False,
        coerce=UUID,
        empty_value=None,
        help_text=gettext_lazy("Empty: whom the plan names, else you."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(size.community.id), size.community.name) for size in list_communities()]
        self.fields["community_id"].choices = [("", "—"), *places]  # type: ignore[attr-defined]
        self.fields["person_id"].choices = _people()  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """A plan; steps and texts as lines, because that is how they are written and read."""

    steps = forms.CharField(
        label=gettext_lazy("Steps"),
        max_length=8000,
        required=False,
        widget=Lines(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "One a line: minutes from the opening, a space, what to do. Empty: those that are shipped."
        ),
    )
    texts = forms.CharField(
        label=gettext_lazy("Prepared texts"),
        max_length=40_000,
        required=False,
        widget=Lines(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "A line with # and a name, then the text below it. Empty: those that are shipped."
        ),
    )
    contacts = forms.CharField(
        label=gettext_lazy("Whom to call"),
        max_length=2000,
        required=False,
        widget=Lines(attrs={"rows": 4}),
    )
    person_id = forms.TypedChoiceField(
        label=gettext_lazy("Person in charge"), required=False, coerce=UUID, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_id"].choices = _people()  # type: ignore[attr-defined]

    def clean_steps(self) -> list[Step]:
        """Return the lines as steps."""
        steps = []
        for line in self.cleaned_data["steps"].splitlines():
            minutes, _space, title = line.strip().partition(" ")
            if not line.strip():
                continue
            if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 7 and title.strip()):
                raise forms.ValidationError(_("“{line}” does not begin with minutes.").format(line=line[:60]))
            steps.append(Step(title.strip(), int(minutes)))
        return steps

    def clean_texts(self) -> list[PreparedText]:
        """Return the paragraphs as texts."""
        texts: list[tuple[str, list[str]]] = []
        for line in self.cleaned_data["texts"].splitlines():
            if line.startswith("#"):
                texts.append((line.lstrip("# ").strip(), []))
            elif texts:
                texts[-1][1].append(line)
            elif line.strip():
                raise forms.ValidationError(_("Begin with a line with # and the name of the text."))
        return [PreparedText(name, "\n".join(lines).strip()) for name, lines in texts]


@require_safe
@page("listening.view")
def crises(request: StaffRequest) -> HttpResponse:
    """List crises, my tasks in them, and the plans."""
    state = request.GET.get("state", "")
    found = cut_page(
        list_crises(state if state in Crisis.State.values else ""),
        order_by="-opened_at",
        cursor=request.GET.get("cursor"),
        size=PAGE_SIZE,
    )
    context = {
        "found": found,
        "state": state,
        "my_tasks": list_my_tasks(UUID(request.actor.id)),
        "plans": list_plans(),
        "people": dict(_people()),
        "now": clock.now(),
        "may_open": request.actor.may("listening.open_crisis"),
    }
    return show(request, "listening/crises.html", _("Crises"), context)


@page("listening.open_crisis")
def new_crisis(request: StaffRequest) -> HttpResponse:
    """Open a crisis."""
    kind = request.GET.get("kind", "")
    form = CrisisForm(request.POST or None, initial={"kind": kind if kind in CrisisKind.values else ""})
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            crisis_id = open_crisis(**form.cleaned_data, **act_of(request))
            messages.success(request, _("Opened. Its tasks have begun."))
            return redirect("listening.crisis", crisis_id)
    return show(request, "listening/new.html", _("Open a crisis"), {"form": form, "plans": list_plans()})


@require_safe
@page("listening.view")
def crisis_page(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Show a crisis: tasks, contacts, texts, timeline."""
    crisis, now = get_crisis(crisis_id), clock.now()
    tasks = list(crisis.tasks.select_related("person"))
    timeline = list(crisis.timeline.all())
    context = {
        "crisis": crisis,
        "tasks": tasks,
        "done": sum(task.done_at is not None for task in tasks),
        "timeline": timeline[::-1],
        "names": name_actors(
            {entry.by for entry in timeline} | {task.done_by for task in tasks if task.done_by}
        ),
        "lessons": get_plan(crisis.kind).lessons,
        "people": [(key, name) for key, name in _people() if key],
        "now": now,
        "may_assign": request.actor.may("listening.assign_task"),
        "may_close": request.actor.may("listening.close_crisis"),
    }
    return show(request, "listening/crisis.html", crisis.title, context)


@require_POST
@page("listening.note_crisis")
def note(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Write into the timeline."""
    note_crisis(crisis_id=crisis_id, text=request.POST.get("text", ""), **act_of(request))
    messages.success(request, _("Noted."))
    return redirect("listening.crisis", crisis_id)


def _crisis_of(task_id: UUID) -> HttpResponse:
    crisis_id = CrisisTask.objects.values_list("crisis_id", flat=True).get(pk=task_id)
    return redirect("listening.crisis", crisis_id)


@require_POST
@page("listening.finish_task")
def finish(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Finish a task."""
    finish_task(task_id=task_id, note=request.POST.get("note", ""), **act_of(request))
    messages.success(request, _("Task done."))
    return _crisis_of(task_id)


@require_POST
@page("listening.assign_task")
def assign(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Give a task to somebody."""
    field = forms.UUIDField()
    try:
        person_id = field.clean(request.POST.get("person_id", ""))
    except forms.ValidationError:
        messages.error(request, _("Choose a person."))
        return redirect("listening.crises")
    assign_task(task_id=task_id, person_id=person_id, **act_of(request))
    messages.success(request, _("The task is given to them."))
    return _crisis_of(task_id)


@require_POST
@page("listening.close_crisis")
def close(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Close a crisis."""
    close_crisis(
        crisis_id=crisis_id,
        outcome=request.POST.get("outcome", ""),
        lesson=request.POST.get("lesson", ""),
        leave_tasks=request.POST.get("leave_tasks") == "on",
        **act_of(request),
    )
    messages.success(request, _("Closed. The lesson stands with the plan now."))
    return redirect("listening.crisis", crisis_id)


@page("listening.change_plan")
def plan_page(request: StaffRequest, kind: str) -> HttpResponse:
    """Change the plan of a kind."""
    plan = get_plan(kind)
    form = PlanForm(request.POST or None, initial=_initial(plan))
    if request.method == "POST" and form.is_valid():
        try:
            change_plan(kind=kind, **form.cleaned_data, **act_of(request))
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved. It holds for crises that are opened from now on."))
            return redirect("listening.crises")
    return show(request, "listening/plan.html", str(plan.kind.label), {"form": form, "plan": plan})


def _initial(plan: Plan) -> dict[str, Any]:
    return {
        "steps": "\n".join(f"{step.minutes} {step.title}" for step in plan.steps),
        "texts": "\n\n".join(f"# {text.name}\n{text.text}" for text in plan.texts),
        "contacts": plan.contacts,
        "person_id": str(plan.person_id or ""),
    }


urlpatterns = [
    path("listening/crises/", crises, name="listening.crises"),
    path("listening/crises/new/", new_crisis, name="listening.open_crisis"),
    path("listening/crises/<uuid:crisis_id>/", crisis_page, name="listening.crisis"),
    path("listening/crises/<uuid:crisis_id>/note/", note, name="listening.note_crisis"),
    path("listening/crises/<uuid:crisis_id>/close/", close, name="listening.close_crisis"),
    path("listening/tasks/<uuid:task_id>/done/", finish, name="listening.finish_task"),
    path("listening/tasks/<uuid:task_id>/person/", assign, name="listening.assign_task"),
    path("listening/plans/<slug:kind>/", plan_page, name="listening.change_plan"),
]
