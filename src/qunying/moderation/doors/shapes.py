"""What the API's moderation takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from qunying.kernel.wire import PLAIN, Whole, YesNo
from qunying.moderation.catalogue import ViolationClass
from qunying.moderation.models import Factor, PenaltyStep, Source, SubjectKind, Verdict, WatchedWord

Reason = Annotated[str, Field(min_length=1, max_length=1000, pattern=PLAIN)]
Long = Annotated[str, Field(min_length=1, max_length=2000, pattern=PLAIN)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,39}$")]
Steps = tuple(step.value for step in PenaltyStep if step not in {PenaltyStep.REMOVAL, PenaltyStep.CLOSING})


class FindingIn(Schema, extra="forbid"):
    """What a detector found."""

    detector: Annotated[str, Field(min_length=1, max_length=20, pattern=PLAIN)]
    violation: Code
    score: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=True)]
    evidence: Annotated[str, Field(max_length=500, pattern=PLAIN)] = ""
    action: Literal["block", "review", "replace", "tag"] = "review"


class CaseIn(Schema, extra="forbid"):
    """What is brought up."""

    subject_kind: Literal[tuple(SubjectKind.values)]  # type: ignore[valid-type]
    subject_id: UUID
    source: Literal[tuple(Source.values)] = "staff"  # type: ignore[valid-type]
    findings: Annotated[list[FindingIn], Field(max_length=50)] = []


class CaseOut(Schema):
    """A case."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    community_id: UUID | None
    member_id: UUID | None
    author_name: str
    quote: str
    said_at: datetime | None
    findings: list[dict[str, Any]]
    sources: list[str]
    severity: int
    state: str
    opened_at: datetime
    claimed_until: datetime | None


class CasePage(Schema):
    """A page of cases."""

    items: list[CaseOut]
    next_cursor: str | None


class CaseOpenedOut(Schema):
    """The case; ``already`` when one was open."""

    case_id: UUID
    already: bool


class ClaimedOut(Schema):
    """Until when the case is kept."""

    case_id: UUID
    until: datetime


class ReleasedOut(Schema):
    """Whether one had it."""

    released: bool


class DecisionIn(Schema, extra="forbid"):
    """A decision; ``violation`` goes with a violation."""

    verdict: Literal[tuple(Verdict.values)]  # type: ignore[valid-type]
    violation: Code | None = None
    factors: Annotated[list[Literal[tuple(Factor.values)]], Field(max_length=3)] = []  # type: ignore[valid-type]
    hide_content: YesNo = False
    reason: Reason


class DecisionMadeOut(Schema):
    """The decision."""

    decision_id: UUID
    case_id: UUID


class PenaltyIn(Schema, extra="forbid"):
    """A warning or a mute."""

    step: Literal[Steps]  # type: ignore[valid-type]
    reason: Reason
    everywhere: YesNo = False
    points: Annotated[Whole, Field(ge=0, le=1_000_000)] | None = None


class RemovalIn(Schema, extra="forbid"):
    """Removal, or closing the account."""

    close_account: YesNo
    reason: Reason
    everywhere: YesNo = False


class PenalisedOut(Schema):
    """The penalty that was imposed."""

    penalty_id: UUID
    until: datetime | None
    points_taken: int


class PenaltyOut(Schema):
    """A penalty: who, why, when, what it takes."""

    id: UUID
    decision_id: UUID
    member_id: UUID
    community_id: UUID | None
    step: str
    policy_id: int
    reasons: list[dict[str, Any]]
    takes: list[str]
    points_taken: int
    reason: str
    since: datetime
    until: datetime | None
    imposed_by: str
    lifted_at: datetime | None
    lifted_by: str
    lift_reason: str


class PenaltyPage(Schema):
    """A page of penalties."""

    items: list[PenaltyOut]
    next_cursor: str | None


class ReasonIn(Schema, extra="forbid"):
    """Why."""

    reason: Reason


class AppealIn(Schema, extra="forbid"):
    """A member's appeal."""

    member_id: UUID
    text: Long


class AppealSubmittedOut(Schema):
    """The appeal."""

    appeal_id: UUID


class JudgementIn(Schema, extra="forbid"):
    """The judgement of an appeal."""

    upheld: YesNo
    answer: Long


class AppealOut(Schema):
    """An appeal."""

    id: UUID
    decision_id: UUID
    member_id: UUID
    text: str
    state: str
    submitted_at: datetime
    judged_by: str
    judged_at: datetime | None
    answer: str


class AppealPage(Schema):
    """A page of appeals."""

    items: list[AppealOut]
    next_cursor: str | None


class ReportIn(Schema, extra="forbid"):
    """A member's report."""

    reporter_id: UUID
    subject_kind: Literal[tuple(SubjectKind.values)]  # type: ignore[valid-type]
    subject_id: UUID
    violation: Code
    text: Annotated[str, Field(max_length=1000, pattern=PLAIN)] = ""


class ReportedOut(Schema):
    """The report, and its case once there is one."""

    report_id: UUID
    case_id: UUID | None


class WordIn(Schema, extra="forbid"):
    """A watched word."""

    word: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*\S[^\x00]*$")]
    action: Literal[tuple(WatchedWord.Action.values)] = "review"  # type: ignore[valid-type]
    violation: Code = "spam_advertising"
    replacement: Annotated[str, Field(max_length=100, pattern=PLAIN)] = ""
    tag: Annotated[str, Field(max_length=50, pattern=PLAIN)] = ""
    language: Literal[tuple(WatchedWord.Language.values)] = "any"  # type: ignore[valid-type]
    active: YesNo = True


class WordsIn(Schema, extra="forbid"):
    """A list of watched words."""

    words: Annotated[list[WordIn], Field(min_length=1, max_length=5000)]


class WordsImportedOut(Schema):
    """What became of the list."""

    added: int
    changed: int
    unchanged: int


class WordOut(Schema):
    """A watched word."""

    id: UUID
    text: str
    action: str
    violation_id: str
    replacement: str
    tag: str
    language: str
    is_active: bool
    changed_at: datetime


class WordPage(Schema):
    """A page of watched words."""

    items: list[WordOut]
    next_cursor: str | None


class ViolationIn(Schema, extra="forbid"):
    """A kind of violation."""

    violation_class: Literal[tuple(ViolationClass.values)]  # type: ignore[valid-type]
    severity: Annotated[Whole, Field(ge=1, le=5)]
    title: Annotated[str, Field(max_length=60, pattern=PLAIN)] = ""
    clause: Annotated[str, Field(max_length=300, pattern=PLAIN)] = ""
    is_active: YesNo = True


class ViolationOut(Schema):
    """A kind of violation in the caller's language."""

    code: str
    violation_class: str
    title: str
    clause: str
    severity: int
    is_active: bool


class ViolationList(Schema):
    """The catalogue."""

    items: list[ViolationOut]


class ChangedOut(Schema):
    """Whether it is new."""

    created: bool


class PublishIn(Schema, extra="forbid"):
    """A new version of the rules."""

    introduction: Annotated[str, Field(max_length=5000, pattern=PLAIN)]
    change_note: Annotated[str, Field(min_length=1, max_length=300, pattern=PLAIN)]


class VersionOut(Schema):
    """The number of the version in force."""

    number: int


class RulesOut(Schema):
    """A version of the rules; texts by language."""

    number: int
    introduction: str
    clauses: list[dict[str, Any]]
    published_at: datetime


class PolicyIn(Schema, extra="forbid"):
    """A new version of the penalty policy, as ``GET /moderation/policy`` gives it."""

    policy: dict[str, Any]
    change_note: Annotated[str, Field(min_length=1, max_length=300, pattern=PLAIN)]


class PolicyOut(Schema):
    """The policy in force."""

    number: int
    policy: dict[str, Any]


class AcceptIn(Schema, extra="forbid"):
    """Who accepts which version."""

    member_id: UUID
    version: Annotated[Whole, Field(ge=1, le=1_000_000)]


class AcceptedOut(Schema):
    """Whether that is new."""

    accepted: bool
