"""The topic discussion: posts that carry a topic take part by themselves; the first of them, or chosen ones, win."""

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast, Length
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, StringConstraints

from qunying.activities.acting import by_the_rules
from qunying.activities.kinds.kind import Kind, Taken, Turn
from qunying.activities.models import Activity, Award, Participation
from qunying.activities.prizes import award_prizes
from qunying.activities.rules import MOST_PRIZES, Prize, Settings
from qunying.activities.stock import levels_of
from qunying.content.actions.put_up_topic import put_up_topic
from qunying.content.boards.text import MAX_TOPIC_NAME, topic_names
from qunying.content.queries.threads import PostFilter, search_posts
from qunying.content.queries.topics import find_topic
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem
from qunying.members.queries.get_member import list_own_ids
from qunying.members.queries.resolve_members import present_ids

LONGEST_ASKED = 2_000


class PostNotFit(Problem):
    """The post is not the member's, not shown, too short, without the topic, or from before the opening."""

    code = "post_not_fit"
    kind = ProblemKind.CONFLICT
    message = gettext_lazy(
        "Only a post with the topic “{tag}” counts that is shown, long enough and from the time of the activity."
    )


class PostTakenIn(Problem):
    """The post takes part already."""

    code = "post_taken_in"
    kind = ProblemKind.CONFLICT
    message = gettext_lazy("This post takes part already.")


class TopicSettings(Settings):
    """Which topic, which posts count, and who wins the prizes.

    tag: the topic's name as members type it, without #. given_to: at the end to the first posts, the best prize first, or to posts
    that staff choose. min_length: characters that the text of a post must have.
    """

    tag: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TOPIC_NAME + 2)]
    given_to: Literal["first", "chosen"] = "first"
    min_length: int = Field(default=1, ge=1, le=LONGEST_ASKED)
    prizes: list[Prize] = Field(min_length=1, max_length=MOST_PRIZES)


class Topic(Kind):
    """A discussion under a topic of the boards."""

    slug = "topic"
    title = gettext_lazy("Topic discussion")
    summary = gettext_lazy(
        "Members post with your topic on the boards; the first posts, or those you choose, win."
    )
    settings: ClassVar[type[Settings]] = TopicSettings
    progress_template = "activities/progress_topic.html"
    panel_template = "activities/panel_topic.html"

    def checked(self, settings: Settings) -> Settings:
        """Refuse what is not one topic that members may name, and prizes that cannot be won by a post."""
        rules = TopicSettings.model_validate(settings.model_dump())
        names = topic_names(rules.tag)
        if len(names) != 1:
            raise ValueError(_("name one topic, without spaces"))
        known = find_topic(names[0])
        if known is not None and known.is_hidden:
            raise ValueError(_("this topic is hidden on the boards"))
        if any(prize.kind == "chances" for prize in rules.prizes):
            raise ValueError(_("further chances are of no use here"))
        return rules.model_copy(update={"tag": names[0]})

    def furnish(self, activity: Activity, act: Act) -> None:
        """Make the stock, and put the topic up where nobody has named it before."""
        super().furnish(activity, act)
        tag = self.read(activity).tag
        if find_topic(tag) is None:
            put_up_topic(**by_the_rules(act), name=tag, purpose=activity.title, source="campaign")

    def take(self, turn: Turn) -> Taken:
        """Take a post in, once. The member's turns are held, so nobody takes it in beside."""
        rules: TopicSettings = self.read(turn.activity)
        own = list_own_ids(turn.member_id)
        post = list_counting(turn.activity).filter(pk=_id(turn.choice), member_id__in=own).first()
        if post is None:
            raise PostNotFit(tag=rules.tag)
        mine = Participation.objects.filter(activity=turn.activity, member_id__in=own)
        if mine.filter(landed=str(post.pk)).exists():
            raise PostTakenIn
        return Taken(turn.note(landed=str(post.pk), choice=""))

    def settles_by_itself(self, activity: Activity) -> bool:
        """Wait, where staff choose, until nothing is left to give or nobody to give it to."""
        if self.read(activity).given_to == "first" or not list_entries(activity).filter(given="").exists():
            return True
        return all(level.left == 0 for level in levels_of(activity).values())

    def settle(self, activity: Activity, act: Act) -> dict[str, Any] | None:
        """Give the first posts that are still shown their prizes; a member wins once. Chosen posts have theirs."""
        rules: TopicSettings = self.read(activity)
        if rules.given_to == "chosen":
            return None
        entries = list(list_entries(activity))
        present = present_ids({part.member_id for part in entries})
        firsts: dict[UUID, Participation] = {}
        for part in entries:
            firsts.setdefault(present[part.member_id], part)
        units = chain.from_iterable(repeat(prize, prize.count) for prize in rules.prizes)
        give_for(activity, list(zip(firsts.values(), firsts, units, strict=False)), act)
        return None


def give_for(
    activity: Activity, chosen: Sequence[tuple[Participation, UUID, Prize]], act: Act
) -> list[Award]:
    """Give prizes for posts: each post, whose it is now, and what it has won.

    Raises:
        SoldOut: there are not so many, and nothing was given.
    """
    parts = [part for part, _person, _prize in chosen]
    winners = [(person, prize) for _part, person, prize in chosen]
    awards = award_prizes(activity, winners, by_the_rules(act), parts=parts)
    for part, _person, prize in chosen:
        part.given = prize.key
    Participation.objects.bulk_update(parts, ["given"], batch_size=1_000)
    return awards


def list_counting(activity: Activity) -> QuerySet[Any]:
    """Return the threads that count: shown on an open board, about the topic, long enough, begun since the opening."""
    rules = TopicSettings.model_validate(activity.settings)
    topic = find_topic(rules.tag)
    shown = search_posts(PostFilter(state="published", kind="thread")).exclude(board__state="closed")
    if topic is None:
        return shown.none()
    return shown.annotate(length=Length("text")).filter(
        topics=topic.pk, length__gte=rules.min_length, posted_at__gte=activity.opens_at
    )


def list_entries(activity: Activity) -> QuerySet[Participation]:
    """Return the posts taken in that still count, the first first: what is hidden or deleted meanwhile is left out."""
    posts = list_counting(activity).annotate(key=Cast("pk", CharField())).values("key")
    found = Participation.objects.filter(activity=activity, landed__in=posts).select_related("activity")
    return found.order_by("at", "id")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
