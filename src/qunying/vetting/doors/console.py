"""Console pages of vetting: what is held, and deciding it."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import tell
from qunying.kernel.web import act_of
from qunying.kernel.wording import BadText
from qunying.vetting.actions.decide_case import decide_case
from qunying.vetting.actions.judge_appeal import judge_appeal
from qunying.vetting.models import Case, Mark
from qunying.vetting.queries.list_cases import APPEALED, get_case, list_cases, put_into_words
from qunying.vetting.queries.list_shared import count_holders

FILTERS = (*Case.State.values, APPEALED)


@page("vetting.view")
def queue(request: StaffRequest) -> HttpResponse:
    """List what is held, what waits first."""
    state = request.GET.get("state", Case.State.WAITING)
    state = state if state in FILTERS else ""
    found = cut_page(list_cases(state), order_by="-filed_at", cursor=request.GET.get("cursor"))
    context = {
        "rows": put_into_words(found.rows),
        "next_cursor": found.next_cursor,
        "state": state,
        "states": Case.State.choices,
        "appeals": list_cases(APPEALED).count(),
    }
    return show(request, "vetting/queue.html", _("Fraud review"), context)


class ExplanationForm(forms.Form):
    """What a member reads of a decision."""

    explanation = forms.CharField(
        label=gettext_lazy("Explanation for the member"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Needed for a refusal. The member reads it with the reasons above, and can appeal."
        ),
    )


class AnswerForm(forms.Form):
    """What a member reads of a judged appeal."""

    answer = forms.CharField(
        label=gettext_lazy("Answer to the member"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


@page("vetting.view")
def case_page(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Show a case: what is held, why, what the member has in common with others; and decide it."""
    return _show(request, case_id)


def _show(request: StaffRequest, case_id: UUID, **typed: forms.Form) -> HttpResponse:
    """Show a case, with what was typed where that was refused."""
    case = get_case(case_id)
    holders = count_holders(case.member_id)
    context = {
        "shown": put_into_words([case])[0],
        "case": case,
        "marks": [(label, holders[kind]) for kind, label in Mark.Kind.choices if kind in holders],
        "may_decide": case.state == Case.State.WAITING and request.actor.may("vetting.decide_case"),
        "may_judge": case.appealed_at is not None
        and case.judged_at is None
        and request.actor.may("vetting.judge_appeal"),
        "decision": typed.get("decision", ExplanationForm()),
        "judgement": typed.get("judgement", AnswerForm()),
    }
    return show(request, "vetting/case.html", context["shown"].title, context)  # type: ignore[attr-defined]


@require_POST
@page("vetting.decide_case")
def decide(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Release what is held, or refuse it with an explanation."""
    form = ExplanationForm(request.POST)
    if not form.is_valid():
        return _show(request, case_id, decision=form)
    release = request.POST.get("verdict") == "release"
    try:
        decided = decide_case(**act_of(request), case_id=case_id, release=release, **form.cleaned_data)
    except BadText as problem:
        tell(problem, form)
        return _show(request, case_id, decision=form)
    released = decided.state == Case.State.RELEASED
    messages.success(request, _("Released.") if released else _("Refused; the member can read why."))
    return redirect("vetting.queue")


@require_POST
@page("vetting.judge_appeal")
def judge(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Uphold an appeal, or turn it down."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, case_id, judgement=form)
    uphold = request.POST.get("verdict") == "uphold"
    try:
        judge_appeal(**act_of(request), case_id=case_id, uphold=uphold, **form.cleaned_data)
    except BadText as problem:
        tell(problem, form)
        return _show(request, case_id, judgement=form)
    messages.success(request, _("The appeal is judged; the member can read your answer."))
    return redirect("vetting.case", case_id)


urlpatterns = [
    path("vetting/", queue, name="vetting.queue"),
    path("vetting/<uuid:case_id>/", case_page, name="vetting.case"),
    path("vetting/<uuid:case_id>/decide/", decide, name="vetting.decide_case"),
    path("vetting/<uuid:case_id>/appeal/", judge, name="vetting.judge_appeal"),
]
