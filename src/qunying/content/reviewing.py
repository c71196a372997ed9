"""What keeps an item from going out, and who may judge it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.accounts.queries.person_behind import same_person
from qunying.content.drafting import TooLongForPlatform
from qunying.content.models import ContentItem, Placement, Review, Variant
from qunying.content.placing import variant_for
from qunying.content.platforms import platform_of
from qunying.kernel.actors import Actor
from qunying.kernel.clock import local_day
from qunying.kernel.problems import Kind, Problem

MOVING_KINDS = {ContentItem.Kind.SHORT_VIDEO, ContentItem.Kind.LIVE, ContentItem.Kind.H5}


class NotReady(Problem):
    """Something is missing or does not fit."""

    code = "content_not_ready"
    kind = Kind.CONFLICT
    message = _("This is not ready yet: {obstacles}")


class ReviewerIsAuthor(Problem):
    """Nobody judges what they wrote themselves."""

    code = "content_reviewer_is_author"
    kind = Kind.CONFLICT
    message = _("Whoever wrote, changed or handed in a piece cannot approve it. Somebody else has to look.")


@dataclass(frozen=True)
class Obstacle:
    """One thing that is in the way.

    Args:
        text: what to do about it, for people.
        platform: the variant that it is about, if any.
    """

    text: str
    platform: str = ""


def list_obstacles(item: ContentItem) -> list[Obstacle]:
    """Return everything that keeps an item from being handed in or approved."""
    variants = list(item.variants.all())
    placements = list(item.placements.exclude(state=Placement.State.WITHDRAWN).select_related("community"))
    found = [obstacle for variant in variants for obstacle in _of_variant(item, variant)]
    if not variants:
        found.append(Obstacle(str(_("Write it for at least one platform."))))
    if not placements:
        found.append(Obstacle(str(_("Plan at least one place and time."))))
    for placement in placements:
        placement.item = item
        variant = variant_for(placement)
        place = str(placement.community or platform_of(placement.platform).title)
        if variant is None:
            found.append(Obstacle(str(_("There is no text yet that fits “{place}”.")).format(place=place)))
        else:
            found += _of_rights(variant, local_day(placement.planned_at, get_brand().zone), place)
    return found


def require_ready(item: ContentItem) -> None:
    """Refuse an item that something is missing from.

    Raises:
        NotReady: with everything that is in the way.
    """
    obstacles = list(dict.fromkeys(obstacle.text for obstacle in list_obstacles(item)))
    if obstacles:
        raise NotReady(obstacles=" ".join(obstacles)[:1000])


def require_in_time(item: ContentItem, now: datetime) -> None:
    """Refuse an item that should have gone out already.

    Raises:
        NotReady: when the time of a place has passed.
    """
    if item.placements.filter(state=Placement.State.PLANNED, planned_at__lt=now).exists():
        raise NotReady(obstacles=str(_("A planned time has passed. Move it first.")))


def require_second_person(item: ContentItem, actor: Actor) -> None:
    """See to it that nobody judges their own work, not even through a key of theirs.

    Raises:
        ReviewerIsAuthor.
    """
    handed_in = item.reviews.filter(decision=Review.Decision.SUBMITTED).values_list("by", flat=True)
    written = item.variants.values_list("changed_by", flat=True)
    if same_person(actor.key, item.created_by, item.changed_by, *handed_in, *written):
        raise ReviewerIsAuthor


def note(item: ContentItem, decision: str, actor: Actor, now: datetime, **findings: Any) -> None:
    """Write down what was decided, by whom, and what they found."""
    Review.objects.create(item=item, decision=decision, by=actor.key, at=now, **findings)


def _of_variant(item: ContentItem, variant: Variant) -> list[Obstacle]:
    platform = platform_of(variant.platform)
    found = []
    for field, text, limit in (
        (_("title"), variant.title, platform.title_limit),
        (_("text"), variant.body, platform.body_limit),
    ):
        if len(text) > limit and (limit or field == _("text")):
            problem = TooLongForPlatform(
                platform=str(platform.title), field=str(field), limit=limit, length=len(text)
            )
            found.append(str(problem))
    if platform.title_limit and not variant.title:
        found.append(str(_("{platform} needs a title.")).format(platform=platform.title))
    has_picture = variant.places.exists()
    if not variant.body and not has_picture and not variant.media_link:
        found.append(str(_("{platform}: there is nothing to see yet.")).format(platform=platform.title))
    if item.kind == ContentItem.Kind.PICTURE and not has_picture:
        found.append(str(_("{platform} needs at least one picture.")).format(platform=platform.title))
    if item.kind in MOVING_KINDS and not variant.media_link:
        found.append(
            str(_("{platform} needs the address of the video, live room or H5 page.")).format(
                platform=platform.title
            )
        )
    return [Obstacle(text, variant.platform) for text in found]


def _of_rights(variant: Variant, day: date, place: str) -> list[Obstacle]:
    over = variant.places.filter(material__rights_until__lt=day).values_list("material__name", flat=True)
    text = _("The rights to “{material}” end before it would be seen at “{place}”.")
    return [Obstacle(str(text).format(material=name, place=place), variant.platform) for name in over]
