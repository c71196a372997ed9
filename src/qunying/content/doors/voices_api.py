"""The API's submissions and comments."""

from typing import Any, Literal
from uuid import UUID

from ninja import Router

from qunying.content.actions.accept_submission import accept_submission
from qunying.content.actions.hide_comment import hide_comment
from qunying.content.actions.hide_submission import hide_submission
from qunying.content.actions.reject_submission import reject_submission
from qunying.content.actions.restore_comment import restore_comment
from qunying.content.actions.restore_submission import restore_submission
from qunying.content.doors.items_api import paged
from qunying.content.doors.shapes import (
    CaseIn,
    CommentPage,
    ContentIdOut,
    RejectIn,
    SubmissionPage,
    ThanksIn,
    ThanksOut,
)
from qunying.content.models import Comment, Submission
from qunying.content.queries.get_item import list_submissions
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Limit

router = Router()


@router.get("/content/submissions", operation_id="content.list_submissions", response=SubmissionPage)
def submissions(
    request: ApiRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
    state: Literal[tuple(Submission.State.values)] | None = None,  # type: ignore[valid-type]
) -> Any:
    """List what members sent in, newest first."""
    request.actor.require("content.view")
    return paged(list_submissions(state=state or ""), "-received_at", cursor, limit)


_ONE = "/content/submissions/{submission_id}"


@router.post(f"{_ONE}/accept", operation_id="content.accept_submission", response=ThanksOut)
def accept(request: ApiRequest, submission_id: UUID, thanks: ThanksIn) -> Any:
    """Take a submission into the gallery, with points as a thank-you."""
    accepted = accept_submission(**act_of(request), submission_id=submission_id, **thanks.dict())
    return {"id": accepted.submission_id, "points": accepted.points}


@router.post(f"{_ONE}/reject", operation_id="content.reject_submission", response=ContentIdOut)
def reject(request: ApiRequest, submission_id: UUID, why: RejectIn) -> Any:
    """Turn a submission down."""
    return {"id": reject_submission(**act_of(request), submission_id=submission_id, reason=why.reason)}


@router.post(f"{_ONE}/hide", operation_id="content.hide_submission", response=ContentIdOut)
def hide(request: ApiRequest, submission_id: UUID, why: CaseIn) -> Any:
    """Take a submission out of the gallery."""
    return {"id": hide_submission(**act_of(request), submission_id=submission_id, reference=why.reference)}


@router.post(f"{_ONE}/restore", operation_id="content.restore_submission", response=ContentIdOut)
def restore(request: ApiRequest, submission_id: UUID, why: CaseIn) -> Any:
    """Put a hidden submission back into the gallery."""
    return {"id": restore_submission(**act_of(request), submission_id=submission_id, reference=why.reference)}


@router.get("/content/comments", operation_id="content.list_comments", response=CommentPage)
def comments(
    request: ApiRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
    state: Literal[tuple(Comment.State.values)] | None = None,  # type: ignore[valid-type]
) -> Any:
    """List comments below items, newest first."""
    request.actor.require("content.view")
    found = Comment.objects.filter(state=state) if state else Comment.objects.all()
    return paged(found, "-created_at", cursor, limit)


@router.post(
    "/content/comments/{comment_id}/hide", operation_id="content.hide_comment", response=ContentIdOut
)
def hide_one(request: ApiRequest, comment_id: UUID, why: CaseIn) -> Any:
    """Hide a comment."""
    return {"id": hide_comment(**act_of(request), comment_id=comment_id, reference=why.reference)}


@router.post(
    "/content/comments/{comment_id}/restore", operation_id="content.restore_comment", response=ContentIdOut
)
def show_one(request: ApiRequest, comment_id: UUID, why: CaseIn) -> Any:
    """Show a comment that waited or was hidden."""
    return {"id": restore_comment(**act_of(request), comment_id=comment_id, reference=why.reference)}
