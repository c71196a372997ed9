"""Cases: one per subject, taken by one person, decided once, with the clause of the rules."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from qunying.kernel.actors import Actor
from qunying.kernel.ids import derived_id
from qunying.kernel.problems import Problem
from qunying.kernel.tests.racing import race, switch_off
from qunying.kernel.wording import BadText
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.messages.models import Send
from qunying.moderation.actions.claim_case import CaseDecided, CaseTaken, claim_case
from qunying.moderation.actions.decide_case import BadDecision, decide_case
from qunying.moderation.actions.open_case import BadCaseField, open_case
from qunying.moderation.actions.release_case import release_case
from qunying.moderation.actions.report_subject import (
    OwnReport,
    ReportedBefore,
    TooManyReports,
    report_subject,
)
from qunying.moderation.models import Case, Decision, Report
from qunying.moderation.people import OwnCase
from qunying.moderation.policy import get_policy
from qunying.moderation.queries.get_case import CaseFilter, CaseNotFound, find_next_case, list_cases
from qunying.moderation.queries.get_violation import ViolationNotFound
from qunying.moderation.queries.list_reports import list_reports
from qunying.moderation.subjects import SubjectNotFound
from qunying.moderation.suggesting import suggest
from qunying.moderation.tests.make import FINDING, do, judge, make_case, make_decision

pytestmark = pytest.mark.django_db


def person(name: str) -> Actor:
    return Actor("staff", str(derived_id("person", name)), frozenset({"*"}))


def test_findings_about_one_subject_make_one_case():
    member = make_member()
    first = make_case(member)
    other = {**FINDING, "violation": "unlawful_fraud", "detector": "link"}
    again = make_case(member, findings=[FINDING, other], source="staff")
    assert first.id == again.id
    assert [row["violation"] for row in again.findings] == ["spam_advertising", "unlawful_fraud"]
    assert (again.sources, again.severity) == (["detector", "staff"], 5)


def test_a_decided_subject_can_be_brought_up_again():
    member = make_member()
    decision = make_decision(member)
    assert make_case(member).id != decision.case_id


def test_bad_cases_are_refused():
    member = make_member()
    right: dict[str, Any] = {
        "subject_kind": "member",
        "subject_id": member.id,
        "findings": [],
        "source": "staff",
    }
    wrong: list[tuple[dict[str, Any], type[Problem]]] = [
        ({"subject_kind": "cat"}, BadCaseField),
        ({"source": "rumour"}, BadCaseField),
        ({"findings": [{"detector": "word"}]}, BadCaseField),
        ({"findings": [{**FINDING, "violation": "no_such"}]}, ViolationNotFound),
        ({"subject_id": uuid4()}, SubjectNotFound),
    ]
    for change, problem in wrong:
        with pytest.raises(problem):
            do(open_case, **{**right, **change})
    assert not Case.objects.exists()


def test_the_queue_shows_the_gravest_first_and_filters():
    slight, grave = make_case(), make_case(findings=[{**FINDING, "violation": "unlawful_fraud"}])
    assert find_next_case(person("a").key, NOW) == grave
    do(claim_case, actor=person("a"), case_id=grave.id)
    assert find_next_case(person("b").key, NOW) == slight
    assert find_next_case(person("a").key, NOW) == grave
    assert list(list_cases(CaseFilter(min_severity=4))) == [grave]
    assert list(list_cases(CaseFilter(source="report"))) == []


def test_a_case_is_kept_for_who_took_it_for_ten_minutes():
    case = make_case()
    do(claim_case, actor=person("a"), case_id=case.id)
    with pytest.raises(CaseTaken):
        do(claim_case, actor=person("b"), case_id=case.id)
    with pytest.raises(CaseTaken):
        do(decide_case, actor=person("b"), case_id=case.id, verdict="no_violation", reason="Fine.")
    later = NOW + timedelta(minutes=10)
    do(claim_case, actor=person("b"), now=later, case_id=case.id)
    assert do(release_case, actor=person("a"), case_id=case.id) is False
    assert do(release_case, actor=person("b"), case_id=case.id) is True
    do(decide_case, actor=person("a"), now=later, case_id=case.id, verdict="no_violation", reason="Fine.")
    with pytest.raises(CaseDecided):
        do(claim_case, actor=person("b"), now=later, case_id=case.id)


def test_a_decision_cites_version_and_clause_and_is_final():
    decision = make_decision(factors=["minors", "minors"])
    assert (decision.rules_id, decision.clause, decision.severity) == (1, "2.6", 3)
    assert decision.factors == ["minors"]
    with pytest.raises(CaseDecided):
        do(decide_case, case_id=decision.case_id, verdict="no_violation", reason="No.")
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"verdict": "maybe"}, BadDecision),
        ({"factors": ["bad mood"]}, BadDecision),
        ({"hide_content": True}, BadDecision),
        ({"verdict": "no_violation", "factors": ["minors"]}, BadDecision),
        ({"violation": "no_such"}, ViolationNotFound),
        ({"reason": " "}, BadText),
        ({"case_id": uuid4()}, CaseNotFound),
    ],
)
def test_bad_decisions_are_refused(change, problem):
    case = make_case()
    right: dict[str, Any] = {
        "case_id": case.id,
        "verdict": "violation",
        "violation": "vulgar_language",
        "reason": "Because.",
    }
    with pytest.raises(problem):
        do(decide_case, **{**right, **change})
    case.refresh_from_db()
    assert case.state == "open"


def test_nobody_decides_about_themselves():
    moderator = judge()
    case = make_case(make_member(email=moderator.email))
    with pytest.raises(OwnCase):
        do(decide_case, actor=moderator.actor, case_id=case.id, verdict="no_violation", reason="I am fine.")


def test_reports_of_different_people_raise_a_case_and_all_learn_the_outcome():
    offender, reporters = make_member(), [make_member() for _ in range(3)]
    report: dict[str, Any] = {
        "subject_kind": "member",
        "subject_id": offender.id,
        "violation": "spam_contact",
    }
    raised = [do(report_subject, reporter_id=member.id, **report).case_id for member in reporters]
    assert raised[:2] == [None, None]
    case = Case.objects.get(pk=raised[2])
    assert (case.sources, case.member_id, case.reports.count()) == (["report"], offender.id, 3)
    late = make_member()
    assert do(report_subject, reporter_id=late.id, **report).case_id == case.id
    do(decide_case, case_id=case.id, verdict="no_violation", reason="Only a question.")
    told = set(Send.objects.values_list("member_id", flat=True))
    assert told == {member.id for member in [*reporters, late]}


def test_who_reported_before_somebody_else_brought_it_up_learns_the_outcome_too():
    offender, reporter = make_member(), make_member()
    about: dict[str, Any] = {"subject_kind": "member", "subject_id": offender.id}
    do(report_subject, reporter_id=reporter.id, violation="unfriendly_abuse", **about)
    case = make_case(offender)
    assert (case.sources, case.reports.count()) == (["detector", "report"], 1)
    do(decide_case, case_id=case.id, verdict="no_violation", reason="All well.")
    assert Send.objects.filter(member=reporter).exists()
    assert list(list_reports(only_waiting=True)) == []


def test_one_report_of_something_grave_is_enough():
    grave: dict[str, Any] = {
        "subject_kind": "member",
        "subject_id": make_member().id,
        "violation": "harm_minors",
    }
    assert do(report_subject, reporter_id=make_member().id, **grave).case_id is not None


def test_reports_are_limited():
    reporter, offender = make_member(), make_member()
    report: dict[str, Any] = {
        "reporter_id": reporter.id,
        "subject_kind": "member",
        "violation": "spam_contact",
    }
    do(report_subject, subject_id=offender.id, **report)
    with pytest.raises(ReportedBefore):
        do(report_subject, subject_id=offender.id, **report)
    with pytest.raises(OwnReport):
        do(report_subject, subject_id=reporter.id, **report)
    for _ in range(19):
        do(report_subject, subject_id=make_member().id, **report)
    with pytest.raises(TooManyReports):
        do(report_subject, subject_id=make_member().id, **report)
    assert Report.objects.count() == 20


def test_the_suggestion_follows_detectors_reports_and_the_past():
    member = make_member()
    make_decision(member, now=NOW - timedelta(days=10))
    case = make_case(member)
    offer = suggest(case, get_policy()[1], NOW)
    assert (offer.verdict, offer.violation, offer.step) == ("violation", "spam_advertising", "mute_7_days")
    assert [reason.kind for reason in offer.reasons] == ["severity", "repeat"]
    unsure = make_case(findings=[{**FINDING, "score": 0.3}])
    assert suggest(unsure, get_policy()[1], NOW).verdict == "no_violation"


def _claim_at_once() -> int:
    case = make_case()
    outcomes = race(lambda number: do(claim_case, actor=person(str(number)), case_id=case.id), 16)
    assert set(outcomes) <= {"done", "case_taken"}
    return outcomes["done"]


@pytest.mark.django_db(transaction=True)
def test_one_of_many_moderators_gets_the_case():
    assert _claim_at_once() == 1


@pytest.mark.django_db(transaction=True)
def test_several_get_it_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "moderation.claim", "moderation.claim_checked", together=16)
    assert _claim_at_once() > 1


@pytest.mark.django_db(transaction=True)
def test_a_case_is_decided_once_and_opened_once():
    member = make_member()
    opened = race(
        lambda _n: do(
            open_case, subject_kind="member", subject_id=member.id, findings=[FINDING], source="detector"
        ),
        12,
    )
    assert opened == {"done": 12}
    case = Case.objects.get()
    decided = race(
        lambda _n: do(decide_case, actor=anybody(), case_id=case.id, verdict="no_violation", reason="Fine."),
        12,
    )
    assert decided == {"done": 1, "case_decided_before": 11}
