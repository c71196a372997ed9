"""The API's boards: threads, replies, likes, questions, hot topics, and who is listened to."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from ninja import Path, Query, Router, Status

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.content.actions.accept_answer import accept_answer
from qunying.content.actions.appoint_board_moderator import appoint_board_moderator
from qunying.content.actions.change_board import change_board
from qunying.content.actions.create_board import create_board
from qunying.content.actions.delete_post import delete_post
from qunying.content.actions.dismiss_board_moderator import dismiss_board_moderator
from qunying.content.actions.edit_post import edit_post
from qunying.content.actions.hide_post import hide_post
from qunying.content.actions.like_post import like_post
from qunying.content.actions.lock_thread import lock_thread
from qunying.content.actions.pin_post import pin_post
from qunying.content.actions.post_on_board import post_on_board
from qunying.content.actions.put_up_topic import put_up_topic
from qunying.content.actions.release_post import release_post
from qunying.content.actions.reply_to_post import reply_to_post
from qunying.content.actions.restore_post import restore_post
from qunying.content.actions.unlike_post import unlike_post
from qunying.content.boards.profile import BoardProfile
from qunying.content.doors.boards_shapes import (
    AcceptIn,
    BoardIn,
    BoardList,
    BoardOut,
    ChangedOut,
    DutyList,
    EditIn,
    GroupQuestionList,
    HeatList,
    IdOut,
    LikedOut,
    MemberIn,
    PersonIn,
    PostedOut,
    PostIds,
    PostIn,
    PostOut,
    PostPage,
    ReferenceIn,
    ReplyIn,
    SwitchIn,
    TopicIn,
    VoiceList,
)
from qunying.content.models import Post
from qunying.content.queries.boards import get_board, list_board_moderators, list_boards
from qunying.content.queries.questions import QuestionState, list_group_questions, list_questions
from qunying.content.queries.threads import PostFilter, get_post, list_replies, search_posts
from qunying.content.queries.topics import list_heat
from qunying.content.queries.voices import Voice, list_voices
from qunying.kernel import clock
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Limit
from qunying.stream.lake import open_analysis

router = Router()
Days = Annotated[int, Query(ge=1, le=3650)]


@router.get("/boards", response=BoardList, operation_id="content.list_boards")
def boards(request: ApiRequest, with_closed: bool = False) -> object:
    """Return the boards in their order."""
    request.actor.require("content.view")
    return {"items": list(list_boards(with_closed=with_closed))}


@router.post("/boards", response={201: IdOut}, operation_id="content.create_board")
def create(request: ApiRequest, body: BoardIn) -> object:
    """Open a board."""
    return Status(201, {"id": create_board(**act_of(request), profile=BoardProfile(**body.dict())).board_id})


# Before the paths with an id: “posts” and “topics” would be taken for one.
@router.get("/boards/posts", response=PostPage, operation_id="content.list_posts")
def posts(
    request: ApiRequest,
    search: Annotated[str, Query(max_length=200, pattern=PLAIN)] = "",
    board_id: UUID | None = None,
    state: Literal["", *Post.State.values] = "",  # type: ignore[valid-type]
    kind: Literal["", "thread", "reply", "question"] = "",
    member_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return what was said on boards, newest first."""
    request.actor.require("content.view")
    found = search_posts(PostFilter(search, board_id, state, kind, member_id))
    page = cut_page(found, order_by="-posted_at", cursor=cursor, size=limit)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@router.get("/boards/questions", response=PostPage, operation_id="content.list_questions")
def questions(
    request: ApiRequest,
    state: QuestionState = "unanswered",
    board_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return questions of boards: those that wait first come oldest first, the others newest first."""
    request.actor.require("content.view")
    order = "posted_at" if state == "unanswered" else "-posted_at"
    page = cut_page(list_questions(state, board_id=board_id), order_by=order, cursor=cursor, size=limit)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@router.get(
    "/boards/group-questions", response=GroupQuestionList, operation_id="content.list_group_questions"
)
def group_questions(
    request: ApiRequest,
    community_id: UUID | None = None,
    unanswered: bool = True,
    days: Days = 30,
    limit: Limit = 50,
) -> object:
    """Return what was asked in platform groups, newest first."""
    request.actor.require("content.view")
    end = get_analysis_time(clock.now())
    with open_analysis(end) as analysis:
        found = list_group_questions(
            analysis,
            start=end - timedelta(days=days),
            end=end,
            community_id=community_id,
            unanswered=unanswered,
            limit=limit,
        )
    return {"items": found}


@router.get("/boards/topics", response=HeatList, operation_id="content.list_heat")
def topics(request: ApiRequest, community_id: UUID | None = None) -> object:
    """Return the topics of the last 24 hours with their heat."""
    request.actor.require("content.view")
    now = get_analysis_time(clock.now())
    with open_analysis(now) as analysis:
        return {"items": list_heat(analysis, now, community_id=community_id)[:200]}


@router.post("/boards/topics", response=IdOut, operation_id="content.put_up_topic")
def topic(request: ApiRequest, body: TopicIn) -> object:
    """Put up a topic, or change one."""
    return {"id": put_up_topic(**act_of(request), **body.dict()).topic_id}


@router.get("/boards/voices", response=VoiceList, operation_id="content.list_voices")
def voices(
    request: ApiRequest,
    voice: Voice = "helper",
    community_id: UUID | None = None,
    board_id: UUID | None = None,
    days: Days = 30,
    limit: Limit = 50,
) -> object:
    """Return who is listened to: helpers or leaders."""
    request.actor.require("content.view")
    end = get_analysis_time(clock.now())
    with open_analysis(end) as analysis:
        found = list_voices(
            analysis,
            voice,
            start=end - timedelta(days=days),
            end=end,
            community_id=community_id,
            board_id=board_id,
            now=clock.now(),
            limit=limit,
        )
    return {"items": found}


@router.post("/boards/posts/restore", response=PostIds, operation_id="content.restore_post")
def restore(request: ApiRequest, body: ReferenceIn) -> object:
    """Lift every hiding of a reference."""
    return restore_post(**act_of(request), reference=body.reference)


@router.get("/boards/posts/{post_id}", response=PostOut, operation_id="content.get_post")
def post(request: ApiRequest, post_id: UUID) -> object:
    """Return a post in whatever state."""
    request.actor.require("content.view")
    return get_post(post_id)


@router.get("/boards/posts/{post_id}/replies", response=PostPage, operation_id="content.list_replies")
def replies(request: ApiRequest, post_id: UUID, cursor: Cursor = None, limit: Limit = 50) -> object:
    """Return the shown replies of a thread, oldest first."""
    request.actor.require("content.view")
    page = list_replies(get_post(post_id).pk, cursor=cursor, size=limit)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@router.post(
    "/boards/posts/{post_id}/replies", response={201: PostedOut}, operation_id="content.reply_to_post"
)
def reply(request: ApiRequest, post_id: UUID, body: ReplyIn) -> object:
    """Reply to a thread or a reply."""
    return Status(201, reply_to_post(**act_of(request), post_id=post_id, **body.dict()))


@router.put("/boards/posts/{post_id}", response=PostedOut, operation_id="content.edit_post")
def edit(request: ApiRequest, post_id: UUID, body: EditIn) -> object:
    """Change a post."""
    return edit_post(**act_of(request), post_id=post_id, **body.dict())


@router.post("/boards/posts/{post_id}/delete", response={204: None}, operation_id="content.delete_post")
def delete(request: ApiRequest, post_id: UUID, body: AcceptIn) -> object:
    """Take a post away, for its author."""
    delete_post(**act_of(request), post_id=post_id, member_id=body.member_id)
    return Status(204, None)


@router.post("/boards/posts/{post_id}/hide", response={204: None}, operation_id="content.hide_post")
def hide(request: ApiRequest, post_id: UUID, body: ReferenceIn) -> object:
    """Hide a post under a reference."""
    hide_post(**act_of(request), post_id=post_id, reference=body.reference)
    return Status(204, None)


@router.post("/boards/posts/{post_id}/release", response=ChangedOut, operation_id="content.release_post")
def release(request: ApiRequest, post_id: UUID) -> object:
    """Publish a post that was held or refused."""
    return release_post(**act_of(request), post_id=post_id)


@router.post("/boards/posts/{post_id}/like", response=LikedOut, operation_id="content.like_post")
def like(request: ApiRequest, post_id: UUID, body: MemberIn) -> object:
    """Like a post."""
    return like_post(**act_of(request), post_id=post_id, member_id=body.member_id)


@router.post("/boards/posts/{post_id}/unlike", response=LikedOut, operation_id="content.unlike_post")
def unlike(request: ApiRequest, post_id: UUID, body: MemberIn) -> object:
    """Take a like back."""
    return unlike_post(**act_of(request), post_id=post_id, member_id=body.member_id)


@router.post("/boards/posts/{post_id}/accept", response=ChangedOut, operation_id="content.accept_answer")
def accept(request: ApiRequest, post_id: UUID, body: AcceptIn) -> object:
    """Accept a reply as the answer."""
    return accept_answer(**act_of(request), post_id=post_id, member_id=body.member_id)


@router.post("/boards/posts/{post_id}/pin", response=ChangedOut, operation_id="content.pin_post")
def pin(request: ApiRequest, post_id: UUID, body: SwitchIn) -> object:
    """Pin or unpin a thread."""
    return pin_post(**act_of(request), post_id=post_id, is_pinned=body.on)


@router.post("/boards/posts/{post_id}/lock", response=ChangedOut, operation_id="content.lock_thread")
def lock(request: ApiRequest, post_id: UUID, body: SwitchIn) -> object:
    """Lock or unlock a thread."""
    return lock_thread(**act_of(request), post_id=post_id, is_locked=body.on)


@router.get("/boards/{board_id}", response=BoardOut, operation_id="content.get_board")
def board(request: ApiRequest, board_id: UUID) -> object:
    """Return a board."""
    request.actor.require("content.view")
    return get_board(board_id, with_closed=True)


@router.put("/boards/{board_id}", response={204: None}, operation_id="content.change_board")
def change(request: ApiRequest, board_id: UUID, body: BoardIn) -> object:
    """Replace what a board is."""
    change_board(**act_of(request), board_id=board_id, profile=BoardProfile(**body.dict()))
    return Status(204, None)


@router.post(
    "/boards/{board_id}/moderators", response=ChangedOut, operation_id="content.appoint_board_moderator"
)
def appoint(request: ApiRequest, board_id: UUID, body: PersonIn) -> object:
    """Give somebody the duty of keeping order."""
    done = appoint_board_moderator(**act_of(request), board_id=board_id, **body.dict())
    return {"changed": not done.already}


@router.get("/boards/{board_id}/moderators", response=DutyList, operation_id="content.list_board_moderators")
def moderators(request: ApiRequest, board_id: UUID) -> object:
    """Return who keeps order on a board."""
    request.actor.require("content.view")
    return {"items": list(list_board_moderators(get_board(board_id, with_closed=True).pk))}


@router.delete(
    "/boards/moderators/{duty_id}", response=ChangedOut, operation_id="content.dismiss_board_moderator"
)
def dismiss(request: ApiRequest, duty_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> object:
    """Take the duty of keeping order back."""
    return {"changed": dismiss_board_moderator(**act_of(request), duty_id=duty_id).changed}


@router.post("/boards/{board_id}/posts", response={201: PostedOut}, operation_id="content.post_on_board")
def post_on(request: ApiRequest, board_id: UUID, body: PostIn) -> object:
    """Begin a thread."""
    return Status(201, post_on_board(**act_of(request), board_id=board_id, **body.dict()))
