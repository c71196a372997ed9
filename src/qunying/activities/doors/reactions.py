"""What activities do by themselves when something has happened."""

from contextlib import suppress
from datetime import datetime, timedelta

from qunying.activities.actions.cancel_registration import RegistrationOver, cancel_registration
from qunying.activities.actions.cancel_right import cancel_right
from qunying.activities.actions.settle_hidden_post import settle_hidden_post
from qunying.activities.actions.take_part import take_part
from qunying.activities.goods import HOLDING
from qunying.activities.kinds.topic import Topic
from qunying.activities.models import Registration, Right, State
from qunying.activities.queries.get_activity import list_activities
from qunying.content.boards.text import topic_key
from qunying.kernel.actors import system
from qunying.kernel.problems import Problem
from qunying.members.queries.get_member import list_own_ids
from qunying.stream.react import StreamEvent, reaction

LATEST = timedelta(days=1)
LONGEST = timedelta(days=90)
AWAITED = (Registration.State.REGISTERED, Registration.State.WAITING)


@reaction("board_post_published", max_age=LATEST)
def take_post_in(event: StreamEvent, now: datetime) -> None:  # noqa: ARG001
    """Let a member's thread take part in the open discussions of its topics, as of when it was first shown.

    So the first stay the first, however late this runs; a thread that waited for review comes when it is released.
    """
    named = {topic_key(name) for name in event.properties.get("topics", "").split(",") if name}
    if event.member_id is None or event.content_id is None or not named:
        return
    shown_at = event.occurred_at
    running = list_activities(state=State.OPEN, kind=Topic.slug)
    for activity in running.filter(opens_at__lte=shown_at, closes_at__gt=shown_at).order_by("id"):
        if topic_key(activity.settings["tag"]) not in named:
            continue
        with suppress(Problem):  # not for this member, too short, turns used up: their page says so
            take_part(
                command_id=f"topic:{event.id}:{activity.id}",
                actor=system("activities"),
                now=shown_at,
                activity_id=activity.id,
                member_id=event.member_id,
                choice=str(event.content_id),
            )


@reaction("board_post_hidden", "board_post_restored", max_age=LONGEST)
def follow_post(event: StreamEvent, now: datetime) -> None:
    """Take back what a post has won when it is hidden, and give it again when it is shown again."""
    if event.content_id is not None:
        actor = system("activities")
        settle_hidden_post(command_id=f"hidden:{event.id}", actor=actor, now=now, post_id=event.content_id)


@reaction("member_erased", max_age=LONGEST)
def let_places_go(event: StreamEvent, now: datetime) -> None:
    """Let others have what somebody held who was erased: places at gatherings and in teams, rights to buy."""
    if event.member_id is None:
        return
    own, actor = list_own_ids(event.member_id), system("activities")
    for place in Registration.objects.filter(member_id__in=own, state__in=AWAITED).order_by("id"):
        with suppress(RegistrationOver):
            cancel_registration(
                command_id=f"erased:{event.id}:{place.pk}",
                actor=actor,
                now=now,
                activity_id=place.activity_id,
                registration_id=place.pk,
            )
    rights = Right.objects.filter(member_id__in=own, state__in=HOLDING).order_by("id")
    for right_id in rights.values_list("id", flat=True):
        cancel_right(command_id=f"erased:{event.id}:{right_id}", actor=actor, now=now, right_id=right_id)
