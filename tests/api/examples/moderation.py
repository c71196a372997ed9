"""Requests about cases, penalties, appeals and rules."""

from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.members.tests.make import anybody, make_member
from qunying.moderation.actions.claim_case import claim_case
from qunying.moderation.actions.import_words import import_words
from qunying.moderation.actions.submit_appeal import submit_appeal
from qunying.moderation.models import WatchedWord
from qunying.moderation.policy import SHIPPED_POLICY
from qunying.moderation.tests.make import do, make_case, make_decision, make_penalty
from qunying.moderation.words_file import WordRow
from tests.api.examples import Example, example

REASON = {"reason": "Insulted others."}


@example("moderation.list_cases")
def list_cases() -> Example:
    make_case(now=clock.now())
    return Example(query={"state": "open", "min_severity": 2, "limit": 10})


@example("moderation.open_case")
def open_case() -> Example:
    finding = {"detector": "word", "violation": "spam_link", "score": 0.9, "evidence": "scan me"}
    body = {"subject_kind": "member", "subject_id": str(make_member().id), "findings": [finding]}
    return Example(body=body, other={**body, "findings": []})


@example("moderation.get_case")
def get_case() -> Example:
    return Example({"case_id": make_case(now=clock.now()).id})


@example("moderation.claim_case")
def claim() -> Example:
    return Example({"case_id": make_case(now=clock.now()).id})


@example("moderation.release_case")
def release() -> Example:
    case = make_case(now=clock.now())
    claim_case(command_id=str(new_id()), actor=anybody(), now=clock.now(), case_id=case.id)
    return Example({"case_id": case.id})


@example("moderation.decide_case")
def decide() -> Example:
    body = {"verdict": "violation", "violation": "unfriendly_abuse", "factors": ["minors"], **REASON}
    path = {"case_id": make_case(now=clock.now()).id}
    return Example(path, body=body, other={"verdict": "no_violation", **REASON})


@example("moderation.penalise_member")
def penalise() -> Example:
    path = {"decision_id": make_decision(now=clock.now()).id}
    return Example(path, body={"step": "mute_7_days", **REASON}, other={"step": "warning", **REASON})


@example("moderation.remove_member")
def remove() -> Example:
    path = {"decision_id": make_decision(now=clock.now()).id}
    return Example(path, body={"close_account": False, **REASON}, other={"close_account": True, **REASON})


@example("moderation.list_penalties")
def list_penalties() -> Example:
    penalty = make_penalty(now=clock.now())
    return Example(query={"member_id": str(penalty.member_id), "step": penalty.step})


@example("moderation.lift_penalty")
def lift() -> Example:
    path = {"penalty_id": make_penalty(now=clock.now()).id}
    return Example(path, body={"reason": "Apologised."}, other={"reason": "Time to forgive."})


@example("moderation.submit_appeal")
def appeal() -> Example:
    penalty = make_penalty(now=clock.now())
    body = {"member_id": str(penalty.member_id), "text": "I did not."}
    return Example({"decision_id": penalty.decision_id}, body=body, other={**body, "text": "Not I."})


@example("moderation.list_appeals")
def list_appeals() -> Example:
    make_appeal()
    return Example(query={"state": "open"})


@example("moderation.judge_appeal")
def judge() -> Example:
    body = {"upheld": True, "answer": "You are right."}
    return Example({"appeal_id": make_appeal()}, body=body, other={**body, "upheld": False})


def make_appeal() -> object:
    penalty = make_penalty(now=clock.now())
    return do(
        submit_appeal,
        now=clock.now(),
        decision_id=penalty.decision_id,
        member_id=penalty.member_id,
        text="I did not.",
    )


@example("moderation.report_subject")
def report() -> Example:
    body = {
        "reporter_id": str(make_member().id),
        "subject_kind": "member",
        "subject_id": str(make_member().id),
        "violation": "harm_minors",
        "text": "Writes to children.",
    }
    return Example(body=body, other={**body, "violation": "spam_link"})


@example("moderation.list_violations")
def list_violations() -> Example:
    return Example()


@example("moderation.change_violation")
def change_violation() -> Example:
    body = {"violation_class": "spam", "severity": 2, "title": "Polls", "clause": "No polls."}
    return Example({"code": "spam_poll"}, body=body, other={**body, "severity": 3})


@example("moderation.get_rules")
def get_rules() -> Example:
    return Example()


@example("moderation.publish_rules")
def publish_rules() -> Example:
    body = {"introduction": "Be kind.", "change_note": "Shorter."}
    return Example(body=body, other={**body, "introduction": "Be kinder."})


@example("moderation.accept_rules")
def accept_rules() -> Example:
    body = {"member_id": str(make_member().id), "version": 1}
    return Example(body=body, other={**body, "member_id": str(make_member().id)})


@example("moderation.get_policy")
def get_policy() -> Example:
    return Example()


@example("moderation.publish_policy")
def publish_policy() -> Example:
    body = {"policy": {**SHIPPED_POLICY, "appeal_days": 30}, "change_note": "More time."}
    return Example(body=body, other={**body, "change_note": "A month."})


@example("moderation.list_words")
def list_words() -> Example:
    make_word()
    return Example(query={"search": "brush", "action": "review"})


@example("moderation.import_words")
def take_words() -> Example:
    body = {"words": [{"word": "brush", "action": "block", "violation": "unlawful_fraud"}]}
    return Example(body=body, other={"words": [{"word": "broom"}]})


@example("moderation.remove_word")
def strike_off() -> Example:
    return Example({"word_id": make_word()})


def make_word() -> object:
    do(import_words, now=clock.now(), rows=[WordRow(word="brush")])
    return WatchedWord.objects.get(text="brush").id
