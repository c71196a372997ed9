"""Console pages of penalties and appeals."""

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
from qunying.accounts.queries.person_behind import same_person
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.lines import Lines
from qunying.kernel.paging import cut_page
from qunying.kernel.web import act_of, command_id_of
from qunying.moderation.actions.judge_appeal import judge_appeal
from qunying.moderation.actions.lift_penalty import lift_penalty
from qunying.moderation.actions.penalise_member import penalise_member
from qunying.moderation.actions.remove_member import remove_member
from qunying.moderation.doors.case_pages import StepForm
from qunying.moderation.doors.decision_words import taken_in_words
from qunying.moderation.models import Appeal, PenaltyStep
from qunying.moderation.queries.get_appeal import get_appeal, get_decision, list_appeals, list_penalties
from qunying.moderation.queries.get_history import get_history
from qunying.moderation.subjects import surroundings_of

PAGE_SIZE = 50


class AnswerForm(forms.Form):
    """The judgement of an appeal."""

    answer = forms.CharField(
        label=gettext_lazy("Answer, for the member to read"),
        max_length=2000,
        widget=Lines(attrs={"rows": 4}),
    )
    outcome = forms.ChoiceField(choices=[("upheld", ""), ("dismissed", "")])


@require_POST
@page("moderation.penalise_member")
def penalise(request: StaffRequest, decision_id: UUID) -> HttpResponse:
    """Impose the penalty that was chosen."""
    decision, form = get_decision(decision_id), StepForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a penalty and give a reason."))
        return redirect("moderation.case", decision.case_id)
    step, reason = form.cleaned_data["step"], form.cleaned_data["reason"]
    everywhere = form.cleaned_data["everywhere"]
    command_id, now = command_id_of(request), clock.now()
    if step in {PenaltyStep.REMOVAL, PenaltyStep.CLOSING}:
        remove_member(
            command_id=command_id,
            actor=request.actor,
            now=now,
            decision_id=decision_id,
            close_account=step == PenaltyStep.CLOSING,
            reason=reason,
            everywhere=everywhere,
        )
    else:
        penalise_member(
            command_id=command_id,
            actor=request.actor,
            now=now,
            decision_id=decision_id,
            step=step,
            reason=reason,
            everywhere=everywhere,
        )
    messages.success(request, _("Done. The member has been told, with the rule and how to appeal."))
    return redirect("moderation.case", decision.case_id)


@require_safe
@page("moderation.view")
def penalties(request: StaffRequest) -> HttpResponse:
    """List penalties, latest first."""
    step = request.GET.get("step", "")
    found = cut_page(
        list_penalties(step if step in PenaltyStep.values else ""),
        order_by="-since",
        cursor=request.GET.get("cursor"),
        size=PAGE_SIZE,
    )
    now, may_lift = clock.now(), request.actor.may("moderation.lift_penalty")
    names = name_actors({key for row in found.rows for key in (row.imposed_by, row.lifted_by) if key})
    for row in found.rows:
        row.taken_words = taken_in_words(row)  # type: ignore[attr-defined]
        row.imposed_by_name = names.get(row.imposed_by, row.imposed_by)  # type: ignore[attr-defined]
        row.lifted_by_name = names.get(row.lifted_by, row.lifted_by)  # type: ignore[attr-defined]
        is_over = row.lifted_at is not None or (row.until is not None and row.until <= now)
        row.may_be_lifted = may_lift and not is_over and row.takes  # type: ignore[attr-defined]
    context = {"found": found, "step": step, "steps": PenaltyStep.choices, "now": now}
    return show(request, "moderation/penalties.html", _("Penalties"), context)


@require_POST
@page("moderation.lift_penalty")
def lift(request: StaffRequest, penalty_id: UUID) -> HttpResponse:
    """End a penalty early."""
    lift_penalty(**act_of(request), penalty_id=penalty_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("Lifted. Everything that it took has been given back."))
    return redirect("moderation.penalties")


@require_safe
@page("moderation.view")
def appeals(request: StaffRequest) -> HttpResponse:
    """List appeals, those that wait first."""
    state = request.GET.get("state", "open")
    state = state if state in Appeal.State.values else ""
    found = cut_page(
        list_appeals(state), order_by="-submitted_at", cursor=request.GET.get("cursor"), size=PAGE_SIZE
    )
    tabs = [(value, label, list_appeals(value).count()) for value, label in Appeal.State.choices]
    context = {"found": found, "state": state, "tabs": tabs}
    return show(request, "moderation/appeals.html", _("Appeals"), context)


@page("moderation.judge_appeal")
def appeal_page(request: StaffRequest, appeal_id: UUID) -> HttpResponse:
    """Show an appeal with everything that was known and decided; a POST judges it."""
    appeal = get_appeal(appeal_id)
    decision = appeal.decision
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        if not form.is_valid():
            messages.error(request, _("Give an answer."))
            return redirect("moderation.appeal", appeal_id)
        judge_appeal(
            **act_of(request),
            appeal_id=appeal_id,
            upheld=form.cleaned_data["outcome"] == "upheld",
            answer=form.cleaned_data["answer"],
        )
        messages.success(request, _("Judged. The member has been told."))
        return redirect("moderation.appeals")
    penalty = getattr(decision, "penalty", None)
    involved = {decision.decided_by, *([penalty.imposed_by] if penalty else [])}
    context = {
        "appeal": appeal,
        "decision": decision,
        "penalty": penalty,
        "taken": taken_in_words(penalty) if penalty else "",
        "lines": surroundings_of(decision.case.subject_kind, decision.case.subject_id),
        "history": get_history(decision.member_id, without=decision.case_id) if decision.member_id else None,
        "needs_another": same_person(request.actor.key, *involved),
        "names": name_actors(involved | {appeal.judged_by or decision.decided_by}),
        "form": form,
        "now": clock.now(),
    }
    return show(request, "moderation/appeal.html", _("Appeal {number}").format(number=appeal), context)


urlpatterns = [
    path("moderation/decisions/<uuid:decision_id>/penalty/", penalise, name="moderation.penalise_member"),
    path("moderation/penalties/", penalties, name="moderation.penalties"),
    path("moderation/penalties/<uuid:penalty_id>/lift/", lift, name="moderation.lift_penalty"),
    path("moderation/appeals/", appeals, name="moderation.appeals"),
    path("moderation/appeals/<uuid:appeal_id>/", appeal_page, name="moderation.appeal"),
]
