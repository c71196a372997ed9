"""What an item and its variants say, checked the same way wherever it comes from; and the item, locked, in the right state."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from qunying.content.models import ContentItem
from qunying.content.platforms import Platform
from qunying.content.typed_text import typed
from qunying.kernel.clock import same_instant
from qunying.kernel.problems import Kind, Problem
from qunying.segments.queries.get_segment import get_segment

State = ContentItem.State
EDITABLE = (State.IDEA, State.DRAFT)


class ItemNotFound(Problem):
    """There is no such item."""

    code = "content_item_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such content.")


class WrongItemState(Problem):
    """The item is at another point of its life."""

    code = "content_item_state"
    kind = Kind.CONFLICT
    message = _("This is not possible while the content is “{state}”.")


class ItemFieldInvalid(Problem):
    """A field has a value that does not exist."""

    code = "content_field_invalid"
    kind = Kind.INVALID
    message = _("“{value}” is not possible for “{field}”.")


class BadContentLink(Problem):
    """An address that nobody should be led to."""

    code = "bad_content_link"
    kind = Kind.INVALID
    message = _(
        "“{link}” is no address that readers can be led to. Write a whole https:// address or a page of ours (/m/…)."
    )


class TooLongForPlatform(Problem):
    """The platform takes no more."""

    code = "too_long_for_platform"
    kind = Kind.INVALID
    message = _("{platform} takes at most {limit} characters for “{field}”; there are {length}.")


class TooManyPictures(Problem):
    """The platform takes fewer pictures."""

    code = "too_many_pictures"
    kind = Kind.INVALID
    message = ngettext_lazy(
        "{platform} takes at most {limit} picture; there are {count}.",
        "{platform} takes at most {limit} pictures; there are {count}.",
        "limit",
    )


@dataclass(frozen=True, kw_only=True)
class ItemPlan:
    """What an item is to be: idea, kind, goal, topic, category, for whom."""

    title: str
    brief: str = ""
    kind: str = ContentItem.Kind.ARTICLE
    goal: str = ContentItem.Goal.ENGAGE
    topic_kind: str = ContentItem.TopicKind.EVERGREEN
    topic: str = ""
    category: str = ContentItem.Category.KNOWLEDGE
    horizon: str = ContentItem.Horizon.SHORT
    segment_id: UUID | None = None

    def checked(self) -> dict[str, Any]:
        """Return the fields as they may be stored.

        Raises:
            ItemFieldInvalid: when a choice does not exist.
            BadText: when a text is empty, too long or not plain.
            SegmentNotFound: when there is no such segment.
        """
        choices = {
            "kind": ContentItem.Kind,
            "goal": ContentItem.Goal,
            "topic_kind": ContentItem.TopicKind,
            "category": ContentItem.Category,
            "horizon": ContentItem.Horizon,
        }
        fields: dict[str, Any] = {}
        for field, choice in choices.items():
            fields[field] = getattr(self, field)
            if fields[field] not in choice.values:
                raise ItemFieldInvalid(field=field, value=str(fields[field])[:50])
        if self.segment_id is not None:
            get_segment(self.segment_id)
        return {
            **fields,
            "title": typed(self.title, field="title", max_length=200),
            "brief": typed(self.brief, field="brief", max_length=2000, may_be_empty=True, lines=True),
            "topic": typed(self.topic, field="topic", max_length=100, may_be_empty=True),
            "segment_id": self.segment_id,
        }


@dataclass(frozen=True, kw_only=True)
class VariantText:
    """What a variant says: title, Markdown, where it leads, the video or live room, its pictures in order."""

    title: str = ""
    body: str = ""
    link: str = ""
    media_link: str = ""
    material_ids: tuple[UUID, ...] = ()

    def checked(self, platform: Platform) -> dict[str, str]:
        """Return the texts as they may be stored. How long a text is for its platform is asked when it is handed in.

        Raises:
            BadText, BadContentLink, TooManyPictures.
        """
        if len(self.material_ids) > platform.picture_limit:
            raise TooManyPictures(
                platform=str(platform.title), limit=platform.picture_limit, count=len(self.material_ids)
            )
        return {
            "title": typed(self.title, field="title", max_length=200, may_be_empty=True),
            "body": typed(self.body, field="body", max_length=20_000, may_be_empty=True, lines=True),
            "link": checked_link(self.link),
            "media_link": checked_link(self.media_link),
        }


def checked_link(link: str) -> str:
    """Return an address as it may be stored: https, or a page of the member web, or nothing.

    Raises:
        BadContentLink: when it is anything else.
    """
    link = link.strip()
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        is_ours = link.startswith("/m/") and ".." not in link and not parts.netloc and not parts.scheme
        is_web = parts.scheme in {"https", "http"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError as error:
        raise BadContentLink(link=link[:60]) from error
    if (
        len(link) > 500
        or not (is_ours or is_web)
        or any(ord(sign) <= 32 or sign in "\\\x7f" for sign in link)
    ):
        raise BadContentLink(link=link[:60])
    return link


class ItemChangedMeanwhile(Problem):
    """The item is no longer the one that somebody has in front of them."""

    code = "content_changed_meanwhile"
    kind = Kind.CONFLICT
    message = _(
        "Somebody has changed this content since you opened it. Nothing was done; look at it as it is now, then do it again if you still want to."
    )


def lock_item(item_id: UUID, *states: str, seen: datetime | None = None) -> ContentItem:
    """Return an item, locked, if it is in one of the states.

    Args:
        item_id: which one.
        states: in which it must be; none named means any.
        seen: when it was changed last, as far as whoever acts has seen; None does not ask.

    Raises:
        ItemNotFound, WrongItemState, ItemChangedMeanwhile.
    """
    item = ContentItem.objects.select_for_update(no_key=True).filter(pk=item_id).first()
    if item is None:
        raise ItemNotFound
    if states and item.state not in states:
        raise WrongItemState(state=str(item.get_state_display()))
    if seen is not None and not same_instant(seen, item.changed_at):
        raise ItemChangedMeanwhile
    return item
