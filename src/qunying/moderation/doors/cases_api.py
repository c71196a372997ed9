"""The API's cases, decisions, penalties, appeals and reports."""

from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router

from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Limit
from qunying.moderation.actions.claim_case import claim_case
from qunying.moderation.actions.decide_case import decide_case
from qunying.moderation.actions.judge_appeal import judge_appeal
from qunying.moderation.actions.lift_penalty import lift_penalty
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.actions.penalise_member import penalise_member
from qunying.moderation.actions.release_case import release_case
from qunying.moderation.actions.remove_member import remove_member
from qunying.moderation.actions.report_subject import report_subject
from qunying.moderation.actions.submit_appeal import submit_appeal
from qunying.moderation.doors import shapes
from qunying.moderation.models import Appeal, Case, PenaltyStep, Source, SubjectKind
from qunying.moderation.queries.get_appeal import list_appeals, list_penalties
from qunying.moderation.queries.get_case import CaseFilter, get_case, list_cases

router = Router()


@router.get("/moderation/cases", response=shapes.CasePage, operation_id="moderation.list_cases")
def cases(
    request: ApiRequest,
    state: Literal[tuple(Case.State.values)] | None = None,  # type: ignore[valid-type]
    subject_kind: Literal[tuple(SubjectKind.values)] | None = None,  # type: ignore[valid-type]
    source: Literal[tuple(Source.values)] | None = None,  # type: ignore[valid-type]
    community_id: UUID | None = None,
    min_severity: Annotated[int, Query(ge=1, le=5)] = 1,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return cases, latest first."""
    request.actor.require("moderation.view")
    wanted = CaseFilter(
        state=state or "",
        subject_kind=subject_kind or "",
        source=source or "",
        community_id=community_id,
        min_severity=min_severity,
    )
    found = cut_page(list_cases(wanted), order_by="-opened_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/moderation/cases", response={201: shapes.CaseOpenedOut}, operation_id="moderation.open_case")
def bring_up(request: ApiRequest, body: shapes.CaseIn) -> object:
    """Bring something up; an open case about it takes the findings in."""
    fields = body.dict()
    return 201, open_case(**fields, **act_of(request))


@router.get("/moderation/cases/{case_id}", response=shapes.CaseOut, operation_id="moderation.get_case")
def case(request: ApiRequest, case_id: UUID) -> object:
    """Return a case."""
    request.actor.require("moderation.view")
    return get_case(case_id)


@router.post(
    "/moderation/cases/{case_id}/claim", response=shapes.ClaimedOut, operation_id="moderation.claim_case"
)
def claim(request: ApiRequest, case_id: UUID) -> object:
    """Take a case for ten minutes."""
    return claim_case(case_id=case_id, **act_of(request))


@router.post(
    "/moderation/cases/{case_id}/release", response=shapes.ReleasedOut, operation_id="moderation.release_case"
)
def release(request: ApiRequest, case_id: UUID) -> object:
    """Give a case back."""
    get_case(case_id)
    return {"released": release_case(case_id=case_id, **act_of(request))}


@router.post(
    "/moderation/cases/{case_id}/decision",
    response={201: shapes.DecisionMadeOut},
    operation_id="moderation.decide_case",
)
def decide(request: ApiRequest, case_id: UUID, body: shapes.DecisionIn) -> object:
    """Decide a case."""
    fields = {**body.dict(), "violation": body.violation or ""}
    return 201, decide_case(case_id=case_id, **fields, **act_of(request))


@router.post(
    "/moderation/decisions/{decision_id}/penalty",
    response={201: shapes.PenalisedOut},
    operation_id="moderation.penalise_member",
)
def penalise(request: ApiRequest, decision_id: UUID, body: shapes.PenaltyIn) -> object:
    """Warn or mute the member whom a decision is about."""
    return 201, penalise_member(decision_id=decision_id, **body.dict(), **act_of(request))


@router.post(
    "/moderation/decisions/{decision_id}/removal",
    response={201: shapes.PenalisedOut},
    operation_id="moderation.remove_member",
)
def remove(request: ApiRequest, decision_id: UUID, body: shapes.RemovalIn) -> object:
    """Remove the member from the community, or close the account."""
    return 201, remove_member(decision_id=decision_id, **body.dict(), **act_of(request))


@router.get("/moderation/penalties", response=shapes.PenaltyPage, operation_id="moderation.list_penalties")
def penalties(
    request: ApiRequest,
    step: Literal[tuple(PenaltyStep.values)] | None = None,  # type: ignore[valid-type]
    member_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return penalties, latest first."""
    request.actor.require("moderation.view")
    found = cut_page(list_penalties(step or "", member_id), order_by="-since", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post(
    "/moderation/penalties/{penalty_id}/lift", response={204: None}, operation_id="moderation.lift_penalty"
)
def lift(request: ApiRequest, penalty_id: UUID, body: shapes.ReasonIn) -> object:
    """End a penalty early and give back what it took."""
    lift_penalty(penalty_id=penalty_id, reason=body.reason, **act_of(request))
    return 204, None


@router.post(
    "/moderation/decisions/{decision_id}/appeal",
    response={201: shapes.AppealSubmittedOut},
    operation_id="moderation.submit_appeal",
)
def appeal(request: ApiRequest, decision_id: UUID, body: shapes.AppealIn) -> object:
    """Appeal for a member, e.g. from a mini program of the brand's own."""
    return 201, {"appeal_id": submit_appeal(decision_id=decision_id, **body.dict(), **act_of(request))}


@router.get("/moderation/appeals", response=shapes.AppealPage, operation_id="moderation.list_appeals")
def appeals(
    request: ApiRequest,
    state: Literal[tuple(Appeal.State.values)] | None = None,  # type: ignore[valid-type]
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return appeals, latest first."""
    request.actor.require("moderation.view")
    found = cut_page(list_appeals(state or ""), order_by="-submitted_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post(
    "/moderation/appeals/{appeal_id}/judgement", response={204: None}, operation_id="moderation.judge_appeal"
)
def judge(request: ApiRequest, appeal_id: UUID, body: shapes.JudgementIn) -> object:
    """Judge an appeal; upholding gives back everything that the decision took."""
    judge_appeal(appeal_id=appeal_id, **body.dict(), **act_of(request))
    return 204, None


@router.post(
    "/moderation/reports", response={201: shapes.ReportedOut}, operation_id="moderation.report_subject"
)
def report(request: ApiRequest, body: shapes.ReportIn) -> object:
    """Report something for a member."""
    return 201, report_subject(**body.dict(), **act_of(request))
