"""What moderation reports to the stream."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.moderation.catalogue import SHIPPED
from qunying.moderation.models import Appeal, PenaltyStep, Source, SubjectKind, Verdict
from qunying.moderation.policy import Taken
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent, record

_VIOLATIONS = {code: shipped.title for kinds in SHIPPED.values() for code, shipped in kinds.items()}
_CASE = {"case": "the case"}

CASE_OPENED = EventType(
    "case_opened",
    _("Brought up for moderation"),
    properties={**_CASE, "subject": "what it is about", "source": "detector, report or staff"},
    words={"subject": dict(SubjectKind.choices), "source": dict(Source.choices)},
)
CASE_DECIDED = EventType(
    "case_decided",
    _("Moderation case decided"),
    properties={**_CASE, "verdict": "violation or no_violation", "violation": "which kind, if any"},
    words={"verdict": dict(Verdict.choices), "violation": _VIOLATIONS},
)
REPORT_MADE = EventType(
    "report_made",
    _("Reported something"),
    properties={"subject": "what it is about", "violation": "which kind"},
    words={"subject": dict(SubjectKind.choices), "violation": _VIOLATIONS},
)
MESSAGE_TAGGED = EventType(
    "message_tagged", _("Message tagged"), properties={"tag": "the tag of the watched word"}
)
RULES_ACCEPTED = EventType(
    "rules_accepted", _("Accepted the community rules"), properties={"version": "which version"}
)
PENALTY_IMPOSED = EventType(
    "penalty_imposed",
    _("Penalty imposed"),
    properties={
        "penalty": "the penalty",
        "step": "which rung",
        "until": "when it ends by itself, if it does",
        "takes": "what it takes",
        "points": "points taken",
    },
    words={"step": dict(PenaltyStep.choices), "takes": dict(Taken.choices)},
)
PENALTY_LIFTED = EventType(
    "penalty_lifted",
    _("Penalty lifted"),
    properties={"penalty": "the penalty", "why": "appeal or staff", "points": "points given back"},
    words={"why": {"appeal": _("after an appeal"), "staff": _("by staff")}},
)
APPEAL_SUBMITTED = EventType("appeal_submitted", _("Appealed"), properties={"appeal": "the appeal"})
APPEAL_JUDGED = EventType(
    "appeal_judged",
    _("Appeal judged"),
    properties={"appeal": "the appeal", "outcome": "upheld or dismissed"},
    words={"outcome": dict(Appeal.State.choices)},
)


def tell_stream(
    kind: EventType,
    now: datetime,
    *,
    member_id: UUID | None,
    community_id: UUID | None = None,
    content_id: UUID | None = None,
    **properties: str,
) -> None:
    """Record an event that happens now, in the caller's transaction."""
    event = NewEvent(
        type=kind,
        occurred_at=now,
        received_at=now,
        member_id=member_id,
        community_id=community_id,
        content_id=content_id,
        properties=properties,
    )
    record(event)
