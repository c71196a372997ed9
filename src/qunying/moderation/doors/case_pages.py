"""Console pages of the review queue: what waits, one case at a time, and reports that are no case yet."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from qunying.accounts.queries.list_audit import name_actors
from qunying.communities.queries.get_community import list_communities
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.lines import Lines
from qunying.kernel.paging import cut_page
from qunying.kernel.web import act_of
from qunying.members.queries.get_member import get_member
from qunying.moderation.actions.claim_case import claim_case
from qunying.moderation.actions.decide_case import decide_case
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.actions.release_case import release_case
from qunying.moderation.doors.decision_words import describe_grounds, describe_reasons, takes_in_words
from qunying.moderation.meanwhile import is_hidden_meanwhile
from qunying.moderation.models import Case, Decision, Factor, PenaltyStep, Source, SubjectKind, Verdict
from qunying.moderation.platform_people import find_person
from qunying.moderation.policy import get_policy
from qunying.moderation.queries.get_case import (
    CaseFilter,
    count_cases,
    find_next_case,
    get_case,
    in_queue_order,
    list_cases,
    oldest_open,
)
from qunying.moderation.queries.get_history import NO_HISTORY, get_history
from qunying.moderation.queries.get_violation import list_violations
from qunying.moderation.queries.list_reports import list_reports
from qunying.moderation.subjects import can_hide, surroundings_of
from qunying.moderation.suggesting import Suggestion, suggest, suggest_step

QUEUE_SIZE = 50
CANDIDATES = 8  # as many as there are number keys left beside 0 and 9


class DecisionForm(forms.Form):
    """What is decided about a case."""

    violation = forms.CharField(max_length=40, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason, for the member to read"),
        max_length=1000,
        widget=Lines(attrs={"rows": 3}),
    )
    factors = forms.MultipleChoiceField(choices=Factor.choices, required=False)
    hide_content = forms.BooleanField(required=False)


class StepForm(forms.Form):
    """The penalty that goes with a decision."""

    step = forms.ChoiceField(choices=PenaltyStep.choices)
    reason = forms.CharField(max_length=1000)
    everywhere = forms.BooleanField(required=False)


def _filter_of(query: QueryDict) -> CaseFilter:
    severity = query.get("severity", "")
    return CaseFilter(
        state=Case.State.DECIDED if query.get("state") == "decided" else Case.State.OPEN,
        subject_kind=query.get("kind", "") if query.get("kind") in SubjectKind.values else "",
        source=query.get("source", "") if query.get("source") in Source.values else "",
        community_id=_uuid(query.get("community", "")),
        min_severity=int(severity) if severity in {"1", "2", "3", "4", "5"} else 1,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _kept(query: QueryDict) -> str:
    """Return the filter of the queue as a query string, so that it survives going from case to case."""
    names = ("kind", "source", "community", "severity")
    return urlencode({name: query[name][:50] for name in names if query.get(name)})


@require_safe
@page("moderation.view")
def queue(request: StaffRequest) -> HttpResponse:
    """List what waits, the gravest first, or what was decided, the latest first."""
    wanted, now = _filter_of(request.GET), clock.now()
    if wanted.state == Case.State.DECIDED:
        found = cut_page(
            list_cases(wanted), order_by="-opened_at", cursor=request.GET.get("cursor"), size=QUEUE_SIZE
        )
        cases, next_cursor = found.rows, found.next_cursor
    else:
        cases, next_cursor = list(in_queue_order(list_cases(wanted))[:QUEUE_SIZE]), None
    counts = count_cases()
    context = {
        "cases": cases,
        "next_cursor": next_cursor,
        "wanted": wanted,
        "kept": _kept(request.GET),
        "tabs": [(value, label, counts[value]) for value, label in Source.choices],
        "total": counts[""],
        "oldest": oldest_open(),
        "waiting_reports": list_reports(only_waiting=True).count(),
        "kinds": SubjectKind.choices,
        "communities": [size.community for size in list_communities()],
        "now": now,
        "names": name_actors({case.claimed_by for case in cases if case.claimed_by}),
    }
    return show(request, "moderation/queue.html", _("Review queue"), context)


@require_POST
@page("moderation.claim_case")
def take_next(request: StaffRequest) -> HttpResponse:
    """Take the first case that nobody looks at."""
    kept = _kept(request.GET)
    case = find_next_case(request.actor.key, clock.now(), _filter_of(request.GET))
    if case is None:
        messages.success(request, _("Nothing waits any more. Well done."))
        return redirect("moderation.queue")
    return _take(request, case.id, kept)


@require_POST
@page("moderation.claim_case")
def take(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Take a case."""
    return _take(request, case_id, _kept(request.GET))


def _take(request: StaffRequest, case_id: UUID, kept: str) -> HttpResponse:
    claim_case(**act_of(request), case_id=case_id)
    return _to_case(case_id, kept)


def _to_case(case_id: UUID, kept: str) -> HttpResponse:
    response = redirect("moderation.case", case_id)
    if kept:
        response["Location"] += f"?{kept}"
    return response


@require_POST
@page("moderation.release_case")
def release(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Give a case back."""
    release_case(**act_of(request), case_id=case_id)
    return redirect("moderation.queue")


@require_safe
@page("moderation.view")
def case_page(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Show a case: what was said and around it, the person's past, what we suggest, and the way to decide."""
    case, now = get_case(case_id), clock.now()
    policy = get_policy()[1]
    offer = suggest(case, policy, now)
    decision = getattr(case, "decision", None)
    history = get_history(case.member_id, without=case.pk) if case.member_id else None
    taken_by_other = bool(
        case.claimed_until and case.claimed_until > now and case.claimed_by != request.actor.key
    )
    context: dict[str, Any] = {
        "case": case,
        "decision": decision,
        "history": history,
        "lines": surroundings_of(case.subject_kind, case.subject_id),
        "offer": offer,
        "grounds": describe_grounds(offer.grounds),
        "person": find_person(case),
        "is_hidden_meanwhile": is_hidden_meanwhile(case),
        "reports": case.reports.select_related("violation").order_by("reported_at"),
        "can_hide": can_hide(case.subject_kind),
        "taken_by_other": taken_by_other,
        "taken_by_me": bool(case.claimed_until and case.claimed_until > now and not taken_by_other),
        "names": name_actors(_actors_of(case, decision)),
        "kept": _kept(request.GET),
        "now": now,
        **_neighbours(case, request.GET),
    }
    if decision is None:
        context |= _choices(offer)
    elif decision.verdict == Verdict.VIOLATION and (decision.member_id or context["person"]):
        context |= {} if hasattr(decision, "penalty") else _ladder(decision, request)
    return show(request, "moderation/case.html", _("Case {number}").format(number=case), context)


def _actors_of(case: Case, decision: Decision | None) -> set[str]:
    keys = {case.claimed_by} if case.claimed_by else set()
    if decision is not None:
        keys.add(decision.decided_by)
        penalty = getattr(decision, "penalty", None)
        keys |= {key for key in (penalty.imposed_by, penalty.lifted_by) if key} if penalty else set()
    return keys


def _neighbours(case: Case, query: QueryDict) -> Mapping[str, Any]:
    """Return the cases before and after this one in the queue."""
    wanted = _filter_of(query)
    ids = list(in_queue_order(list_cases(wanted)).values_list("id", flat=True)[:QUEUE_SIZE])
    place = ids.index(case.id) if case.id in ids else -1
    return {
        "place": place + 1,
        "queue_length": len(ids),
        "previous_id": ids[place - 1] if place > 0 else None,
        "next_id": next((key for key in ids[place + 1 :] if key != case.id), None),
    }


def _choices(offer: Suggestion) -> Mapping[str, Any]:
    """Return the likeliest violations, to be chosen by number, and all others."""
    catalogue = {violation.code: violation for violation in list_violations()}
    likely = dict.fromkeys(
        [
            code
            for code in (offer.violation, *(ground.violation for ground in offer.grounds))
            if code in catalogue
        ]
    )
    frequent = (
        "spam_advertising",
        "unfriendly_abuse",
        "spam_link",
        "vulgar_language",
        "untrue_rumour",
        "harm_off_topic",
    )
    numbered = list(dict.fromkeys([*likely, *(code for code in frequent if code in catalogue)]))[:CANDIDATES]
    others: dict[str, list[Any]] = {}
    for code, violation in catalogue.items():
        if code not in numbered:
            others.setdefault(violation.get_violation_class_display(), []).append(violation)
    return {
        "numbered": [catalogue[code] for code in numbered],
        "others": others.items(),
        "suggests_violation": offer.verdict == Verdict.VIOLATION,
        "suggested": catalogue.get(offer.violation),
        "factors": Factor.choices,
        "form": DecisionForm(),
        "suggested_step": PenaltyStep(offer.step).label if offer.step else "",
        "reasons": describe_reasons(offer.reasons),
    }


def _ladder(decision: Decision, request: StaffRequest) -> Mapping[str, Any]:
    policy = get_policy()[1]
    member_id = decision.member_id
    history = get_history(member_id, without=decision.case_id) if member_id else NO_HISTORY
    step, reasons = suggest_step(policy, decision.severity, history, decision.factors, clock.now())
    may_remove = request.actor.may("moderation.remove_member")
    steps = [
        {
            "value": value,
            "label": label,
            "takes": takes_in_words(policy, value),
            "suggested": value == step,
            "allowed": may_remove or value not in {PenaltyStep.REMOVAL, PenaltyStep.CLOSING},
        }
        for value, label in PenaltyStep.choices
    ]
    return {"steps": steps, "ladder_reasons": describe_reasons(reasons)}


@require_POST
@page("moderation.decide_case")
def decide(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Decide a case."""
    form, kept = DecisionForm(request.POST), _kept(request.GET)
    if not form.is_valid():
        messages.error(request, _("Say what is decided, and give a reason."))
        return _to_case(case_id, kept)
    violation = form.cleaned_data["violation"]
    decided = decide_case(
        **act_of(request),
        case_id=case_id,
        verdict=Verdict.VIOLATION if violation else Verdict.NO_VIOLATION,
        violation=violation,
        factors=form.cleaned_data["factors"] if violation else [],
        hide_content=form.cleaned_data["hide_content"] if violation else False,
        reason=form.cleaned_data["reason"],
    )
    decided_case = get_case(decided.case_id)
    if violation and (decided_case.member_id or find_person(decided_case)):
        messages.success(request, _("Decided. Now choose the penalty, or go on without one."))
        return _to_case(case_id, kept)
    messages.success(request, _("The decision is kept."))
    following = find_next_case(request.actor.key, clock.now(), _filter_of(request.GET))
    return _to_case(following.id, kept) if following else redirect("moderation.queue")


@require_POST
@page("moderation.open_case")
def open_about(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Bring a member up by hand."""
    opened = open_case(
        **act_of(request),
        subject_kind=SubjectKind.MEMBER,
        subject_id=get_member(member_id).id,
        findings=[],
        source=Source.STAFF,
    )
    return redirect("moderation.case", opened.case_id)


@require_safe
@page("moderation.view")
def reports(request: StaffRequest) -> HttpResponse:
    """List reports, also those that too few members have made for a case."""
    only_waiting = request.GET.get("state") == "waiting"
    found = cut_page(
        list_reports(only_waiting=only_waiting),
        order_by="-reported_at",
        cursor=request.GET.get("cursor"),
        size=QUEUE_SIZE,
    )
    context = {"found": found, "only_waiting": only_waiting, "needed": get_policy()[1].reports_needed}
    return show(request, "moderation/reports.html", _("Reports"), context)


@require_safe
@page("moderation.view")
def member_history(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Show a member's past as a panel of their profile."""
    context = {"history": get_history(member_id), "member_id": member_id, "now": clock.now()}
    return render(request, "moderation/member_history.html", context)


urlpatterns = [
    path("moderation/", queue, name="moderation.queue"),
    path("moderation/next/", take_next, name="moderation.take_next"),
    path("moderation/reports/", reports, name="moderation.reports"),
    path("moderation/cases/<uuid:case_id>/", case_page, name="moderation.case"),
    path("moderation/cases/<uuid:case_id>/take/", take, name="moderation.claim_case"),
    path("moderation/cases/<uuid:case_id>/release/", release, name="moderation.release_case"),
    path("moderation/cases/<uuid:case_id>/decide/", decide, name="moderation.decide_case"),
    path("moderation/members/<uuid:member_id>/", member_history, name="moderation.member_history"),
    path("moderation/members/<uuid:member_id>/bring-up/", open_about, name="moderation.open_about"),
]
