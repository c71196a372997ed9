"""Member pages of moderation: reporting, the rules, and what was decided about oneself with the way to appeal."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from qunying.content.boards.names import list_public_names
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.lines import Lines
from qunying.kernel.web import command_id_of
from qunying.members.member_web import MemberRequest, member_page, signed_in_member_page
from qunying.moderation.actions.accept_rules import accept_rules
from qunying.moderation.actions.report_subject import MAX_EVIDENCE, report_subject
from qunying.moderation.actions.submit_appeal import MAX_APPEAL, submit_appeal
from qunying.moderation.doors.decision_words import listed, taken_in_words
from qunying.moderation.models import Decision, Factor, Penalty
from qunying.moderation.notices import shortened
from qunying.moderation.outcomes import appeal_deadline, outcome_of
from qunying.moderation.queries.get_appeal import get_own_decision, list_own_decisions
from qunying.moderation.queries.get_violation import list_violations
from qunying.moderation.queries.list_reports import list_own_reports
from qunying.moderation.rules_text import chapters, clause_title, get_rules_version, has_accepted
from qunying.moderation.subjects import get_subject


class ReportForm(forms.Form):
    """What is wrong with it."""

    violation = forms.ChoiceField(label=gettext_lazy("What is wrong with it?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("What should we know? (optional)"),
        max_length=MAX_EVIDENCE,
        required=False,
        widget=Lines(attrs={"rows": 4}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        groups: dict[str, list[tuple[str, str]]] = {}
        for violation in list_violations():
            title = violation.get_violation_class_display()
            groups.setdefault(title, []).append((violation.code, violation.title))
        self.fields["violation"].choices = list(groups.items())  # type: ignore[attr-defined]


class AppealForm(forms.Form):
    """Why the decision is wrong."""

    text = forms.CharField(
        label=gettext_lazy("Why is this decision wrong?"),
        max_length=MAX_APPEAL,
        widget=Lines(attrs={"rows": 6}),
    )


@require_http_methods(["GET", "POST"])
@signed_in_member_page
def report(request: MemberRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """Take a report about something that was said, or about a member."""
    subject = get_subject(kind, subject_id, reader_id=request.member.id)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        report_subject(
            command_id=command_id_of(request),
            actor=member_actor(request.member.id, "moderation.report_subject"),
            now=clock.now(),
            reporter_id=request.member.id,
            subject_kind=kind,
            subject_id=subject_id,
            **form.cleaned_data,
        )
        messages.success(request, _("Thank you. We will look into it and tell you the outcome."))
        return redirect("moderation.my_reports")
    author, member_id = subject.author_name, subject.member_id
    if not author and member_id:
        author = list_public_names([member_id]).get(member_id, "")
    context = {"form": form, "author": author, "quote": shortened(subject.text)}
    return render(request, "moderation/report.html", context)


@require_safe
@signed_in_member_page
def my_reports(request: MemberRequest) -> HttpResponse:
    """Show what the member reported and what became of it."""
    rows = [
        {
            "report": row,
            "quote": shortened(row.quote),
            "outcome": outcome_of(row.case.decision) if row.case and hasattr(row.case, "decision") else None,
        }
        for row in list_own_reports(request.member.id)
    ]
    return render(request, "moderation/my_reports.html", {"rows": rows})


@require_safe
@signed_in_member_page
def my_penalties(request: MemberRequest) -> HttpResponse:
    """Show all decisions against the member."""
    now = clock.now()
    rows = [
        {"decision": row, "standing": standing_of(row, now), "quote": shortened(row.case.quote)}
        for row in list_own_decisions(request.member.id)
    ]
    return render(request, "moderation/my_penalties.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@signed_in_member_page
def my_decision(request: MemberRequest, decision_id: UUID) -> HttpResponse:
    """Show one decision: rule, evidence, penalty, how to appeal; a POST appeals."""
    decision, now = get_own_decision(decision_id, request.member.id), clock.now()
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        submit_appeal(
            command_id=command_id_of(request),
            actor=member_actor(request.member.id, "moderation.submit_appeal"),
            now=now,
            decision_id=decision_id,
            member_id=request.member.id,
            text=form.cleaned_data["text"],
        )
        messages.success(
            request, _("Your appeal is in. Somebody who had no part in the decision will judge it.")
        )
        return redirect("moderation.my_decision", decision_id)
    penalty = penalty_of(decision)
    deadline = appeal_deadline(decision)
    context = {
        "decision": decision,
        "penalty": penalty,
        "taken": taken_in_words(penalty) if penalty else "",
        "standing": standing_of(decision, now),
        "appeal": getattr(decision, "appeal", None),
        "deadline": deadline,
        "may_appeal": now < deadline and decision.reversed_at is None and not hasattr(decision, "appeal"),
        "factor_labels": listed(str(Factor(name).label) for name in decision.factors),
        "clause": clause_title(decision.rules, decision.clause) if decision.rules else "",
        "form": form,
    }
    return render(request, "moderation/my_decision.html", context)


def penalty_of(decision: Decision) -> Penalty | None:
    """Return the penalty of a decision, if it has one."""
    return getattr(decision, "penalty", None)


def standing_of(decision: Decision, now: datetime) -> str:
    """Return where a decision stands: ``reversed``, ``lifted``, ``over``, ``running`` or ``none`` without a penalty."""
    penalty = penalty_of(decision)
    if decision.reversed_at is not None:
        return "reversed"
    if penalty is None:
        return "none"
    if penalty.lifted_at is not None:
        return "lifted"
    return "over" if penalty.until is not None and penalty.until <= now else "running"


@require_http_methods(["GET", "POST"])
@member_page
def rules(request: HttpRequest) -> HttpResponse:
    """Show the community rules; a signed-in member accepts them by a POST."""
    version = get_rules_version()
    member = request.member  # type: ignore[attr-defined]
    if request.method == "POST" and member is not None:
        accept_rules(
            command_id=command_id_of(request),
            actor=member_actor(member.id, "moderation.accept_rules"),
            now=clock.now(),
            member_id=member.id,
            version=_number(request.POST.get("version", "")),
        )
        messages.success(request, _("Thank you for keeping to the rules."))
        return redirect("moderation.rules_page")
    context = {
        "version": version,
        "chapters": chapters(version),
        "accepted_at": has_accepted(member.id, version) if member else None,
    }
    return render(request, "moderation/rules_page.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


urlpatterns = [
    path("report/<slug:kind>/<uuid:subject_id>/", report, name="moderation.report"),
    path("my-reports/", my_reports, name="moderation.my_reports"),
    path("my-penalties/", my_penalties, name="moderation.my_penalties"),
    path("my-penalties/<uuid:decision_id>/", my_decision, name="moderation.my_decision"),
    path("rules/", rules, name="moderation.rules_page"),
]
