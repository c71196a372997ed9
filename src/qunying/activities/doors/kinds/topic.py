"""The doors of topic discussions: writing one, the member's part, posts to choose from."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from qunying.activities.actions.choose_posts import choose_posts
from qunying.activities.doors.kinds.door import KindDoor, PlainForm
from qunying.activities.kinds.topic import LONGEST_ASKED, Topic, TopicSettings, list_counting, list_entries
from qunying.activities.limits import turns_left
from qunying.activities.models import Activity, Participation, State
from qunying.activities.queries.get_activity import get_activity, list_parts
from qunying.activities.stock import levels_of
from qunying.activities.took_part import TookPart
from qunying.content.boards.text import MAX_TOPIC_NAME
from qunying.content.queries.boards import list_boards
from qunying.content.queries.threads import PostFilter, search_posts
from qunying.content.queries.topics import find_topic
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Limit, YesNo
from qunying.members.queries.get_member import list_own_ids

GIVEN_TO = [("first", _("the first posts, at the end")), ("chosen", _("posts that you choose"))]
BOARDS_SHOWN, OWN_SHOWN, MOST_CHOSEN = 6, 20, 500


class TopicForm(PlainForm):
    """A topic discussion: the topic, who wins, how long a post must be."""

    tag = forms.CharField(
        label=_("Topic"),
        max_length=MAX_TOPIC_NAME,
        help_text=_(
            "As members type it with their posts, without #. It is put up on the boards at the opening."
        ),
    )
    given_to = forms.ChoiceField(
        label=_("Prizes go to"),
        choices=GIVEN_TO,
        initial="first",
        help_text=_("Only posts count that are shown then: what waits for review or is hidden wins nothing."),
    )
    min_length = forms.IntegerField(
        label=_("Characters that a post needs"), min_value=1, max_value=LONGEST_ASKED, initial=20
    )


def tell_entry(activity: Activity, took: TookPart) -> str:  # noqa: ARG001
    """Return the sentence after a post was taken in."""
    return gettext("Your post takes part.")


def show_topic(activity: Activity, member_id: UUID | None, now: datetime) -> dict[str, Any]:
    """Return where to write, the member's posts that take part or could, and the place of the first of them."""
    rules = TopicSettings.model_validate(activity.settings)
    own = list_own_ids(member_id) if member_id else []
    parts = list(list_parts(activity.id, own).order_by("at", "id")[:OWN_SHOWN]) if own else []
    counting = list_entries(activity)
    still = set(counting.filter(pk__in=[part.pk for part in parts]).values_list("pk", flat=True))
    first = next((part for part in parts if part.pk in still), None)
    place = counting.filter(at__lte=first.at).exclude(at=first.at, id__gt=first.id).count() if first else None
    taken = [part.landed for part in parts]
    is_in = first is not None and member_id is not None and turns_left(activity, member_id, now) == 0
    fitting = list_counting(activity)
    return {
        "rules": rules,
        "topic": find_topic(rules.tag),
        "boards": list_boards().filter(state="open", is_mirror=False)[:BOARDS_SHOWN],
        "own_posts": [(part, post, part.pk in still) for part, post in _with_posts(parts)],
        "can_enter": fitting.filter(member_id__in=own)
        .exclude(pk__in=taken)
        .order_by("-posted_at")[:OWN_SHOWN]
        if own
        else [],
        "place": place,
        "is_among": place is not None and place <= sum(prize.count for prize in rules.prizes),
        "entry_count": counting.count(),
        "is_in": is_in,
        **({"may_play": True, "left": None} if is_in else {}),
    }


def topic_panel(activity: Activity) -> dict[str, Any]:
    """Return how many posts take part, still count, and have a prize."""
    parts = list_parts(activity.id)
    return {
        "taken_in": parts.count(),
        "counting": list_entries(activity).count(),
        "given": parts.exclude(given="").count(),
        "rules": TopicSettings.model_validate(activity.settings),
    }


def _with_posts(parts: Iterable[Participation]) -> list[tuple[Participation, Any]]:
    """Return participations with their posts, in whatever state."""
    listed = list(parts)
    ids = [UUID(part.landed) for part in listed]
    posts = {str(post.pk): post for post in search_posts(PostFilter()).filter(pk__in=ids)}
    return [(part, posts.get(part.landed)) for part in listed]


@page("activities.view")
def posts_page(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """List the posts that were taken in, the first first; where staff choose, they do it here."""
    activity = get_activity(activity_id, kind=Topic.slug)
    rules = TopicSettings.model_validate(activity.settings)
    found = cut_page(
        list_parts(activity_id).select_related("member"), order_by="at", cursor=request.GET.get("cursor")
    )
    still = set(
        list_entries(activity).filter(pk__in=[part.pk for part in found.rows]).values_list("pk", flat=True)
    )
    levels = levels_of(activity)
    names = {prize.key: prize.name for prize in rules.prizes}
    context = {
        "activity": activity,
        "rules": rules,
        "rows": [
            (part, post, part.pk in still, names.get(part.given, ""))
            for part, post in _with_posts(found.rows)
        ],
        "next_cursor": found.next_cursor,
        "may_choose": rules.given_to == "chosen" and activity.state in {State.OPEN, State.CLOSED},
        "prizes": [
            (prize, levels[prize.key].left)
            for prize in rules.prizes
            if prize.key in levels and levels[prize.key].left
        ],
    }
    return show(
        request,
        "activities/topic_posts.html",
        gettext("Posts of “{title}”").format(title=activity.title),
        context,
    )


@require_POST
@page("activities.choose_posts")
def choose(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Give a prize for the posts that are ticked, or say that nothing more is chosen."""
    is_last = request.POST.get("last") == "yes"
    ticked = [part for text in request.POST.getlist("chosen") if (part := _id(text))]
    if not ticked and not is_last:
        messages.warning(request, gettext("No post is ticked: tick those that you choose."))
        return redirect("activities.topic_posts", activity_id)
    count = choose_posts(
        **act_of(request),
        activity_id=activity_id,
        posts=[] if is_last else ticked,
        prize=request.POST.get("prize", "")[:20],
        is_last=is_last,
    )
    told = ngettext("{count} post was given a prize.", "{count} posts were given a prize.", count)
    messages.success(
        request, gettext("Settled: the result is published.") if is_last else told.format(count=count)
    )
    return redirect("activities.topic_posts", activity_id)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


router = Router()


class TopicPostOut(Schema):
    """A post that was taken in. counts: it is still shown and long enough. given: its prize, empty for none."""

    id: UUID
    member_id: UUID
    post_id: UUID
    counts: bool
    given: str
    at: datetime


class TopicPostPage(Schema):
    """A page of posts."""

    items: list[TopicPostOut]
    next_cursor: str | None


class ChoosePostsIn(Schema, extra="forbid"):
    """Which posts, for which prize; is_last: nothing more is chosen, and the closed activity is settled."""

    posts: Annotated[list[UUID], Field(max_length=MOST_CHOSEN)] = []
    prize: Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z0-9_]*$")] = ""
    is_last: YesNo = False


@router.get(
    "/activities/{activity_id}/posts", response=TopicPostPage, operation_id="activities.list_topic_posts"
)
def posts_by_program(
    request: ApiRequest,
    activity_id: UUID,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return the posts that take part in a topic discussion, the first first."""
    request.actor.require("activities.view")
    activity = get_activity(activity_id, kind=Topic.slug)
    found = cut_page(list_parts(activity_id), order_by="at", cursor=cursor, size=limit)
    still = set(
        list_entries(activity).filter(pk__in=[part.pk for part in found.rows]).values_list("pk", flat=True)
    )
    items = [
        {
            "id": part.pk,
            "member_id": part.member_id,
            "post_id": part.landed,
            "counts": part.pk in still,
            "given": part.given,
            "at": part.at,
        }
        for part in found.rows
    ]
    return {"items": items, "next_cursor": found.next_cursor}


@router.post("/activities/{activity_id}/choose-posts", operation_id="activities.choose_posts")
def choose_by_program(request: ApiRequest, activity_id: UUID, body: ChoosePostsIn) -> dict[str, int]:
    """Give a prize for some of the posts, all or none; or settle a discussion in which nothing more is chosen."""
    return {"chosen": choose_posts(**act_of(request), activity_id=activity_id, **body.dict())}


DOOR = KindDoor(
    form=TopicForm,
    told=tell_entry,
    shown=show_topic,
    panel=topic_panel,
    console=[
        path("activities/<uuid:activity_id>/posts/", posts_page, name="activities.topic_posts"),
        path("activities/<uuid:activity_id>/posts/choose/", choose, name="activities.choose_posts"),
    ],
    api=router,
)
