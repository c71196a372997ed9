"""The API of what members do with items, for programs that show our content elsewhere: a mini program, an app."""

from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Router, Schema

from qunying.content.actions.comment_on_item import comment_on_item
from qunying.content.actions.like_item import like_item
from qunying.content.actions.share_item import share_item
from qunying.content.actions.unlike_item import unlike_item
from qunying.content.actions.withdraw_submission import withdraw_submission
from qunying.content.doors.shapes import ContentIdOut
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN

router = Router()


class ReaderIn(Schema, extra="forbid"):
    """The member who does it."""

    member_id: UUID


class ReaderCommentIn(ReaderIn, extra="forbid"):
    """What the member says."""

    text: Annotated[str, Field(min_length=1, max_length=1000, pattern=PLAIN)]


class ReaderChangedOut(Schema):
    """Whether it is new."""

    changed: bool


class ReaderShareOut(Schema):
    """The word in the member's link: who comes by ``/m/content/{item}/?s={token}`` came through them."""

    token: str


class ReaderCommentOut(Schema):
    """The comment, and whether everybody sees it already."""

    id: UUID
    is_shown: bool


_ITEM = "/content/items/{item_id}"


@router.post(f"{_ITEM}/like", operation_id="content.like_item", response=ReaderChangedOut)
def like(request: ApiRequest, item_id: UUID, reader: ReaderIn) -> Any:
    """Let a member like an item; once, however often it is asked."""
    return {"changed": like_item(**act_of(request), item_id=item_id, member_id=reader.member_id)}


@router.post(f"{_ITEM}/unlike", operation_id="content.unlike_item", response=ReaderChangedOut)
def unlike(request: ApiRequest, item_id: UUID, reader: ReaderIn) -> Any:
    """Take a member's like back."""
    return {"changed": unlike_item(**act_of(request), item_id=item_id, member_id=reader.member_id)}


@router.post(f"{_ITEM}/share", operation_id="content.share_item", response=ReaderShareOut)
def share(request: ApiRequest, item_id: UUID, reader: ReaderIn) -> Any:
    """Give a member their own link to an item."""
    return share_item(**act_of(request), item_id=item_id, member_id=reader.member_id)


@router.post(f"{_ITEM}/comments", operation_id="content.comment_on_item", response=ReaderCommentOut)
def comment(request: ApiRequest, item_id: UUID, said: ReaderCommentIn) -> Any:
    """Let a member say something below an item; what screening wants looked at waits."""
    made = comment_on_item(**act_of(request), item_id=item_id, **said.dict())
    return {"id": made.comment_id, "is_shown": made.is_shown}


@router.post(
    "/content/submissions/{submission_id}/withdraw",
    operation_id="content.withdraw_submission",
    response=ContentIdOut,
)
def withdraw(request: ApiRequest, submission_id: UUID, reader: ReaderIn) -> Any:
    """Take a member's work back for them: it leaves the gallery for good."""
    return {
        "id": withdraw_submission(**act_of(request), submission_id=submission_id, member_id=reader.member_id)
    }
