"""A new segment: a rule, or an empty list to be filled."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.list_staff import find_staff
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.segments.models import Segment, SegmentVersion
from qunying.segments.queries.check_rule import check_rule

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


class SlugTaken(Problem):
    """Another segment has the short name."""

    code = "segment_slug_taken"
    kind = Kind.CONFLICT
    message = _("There is already a segment with the short name “{slug}”.")


class BadSlug(Problem):
    """Not a short name."""

    code = "bad_segment_slug"
    kind = Kind.INVALID
    message = _("A short name is made of small letters, digits and hyphens, at most 80.")


class OwnerNotFound(Problem):
    """Nobody of the staff has this id."""

    code = "segment_owner_not_found"
    kind = Kind.INVALID
    message = _("There is no such member of staff.")


@dataclass(frozen=True)
class SegmentSaved:
    """The segment as it is now."""

    segment_id: UUID
    slug: str
    rule_version: int


@action
def create_segment(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    name: str,
    rule: dict[str, Any] | None = None,
    slug: str = "",
    description: str = "",
    aim: str = "",
    offers: str = "",
    owner_id: UUID | None = None,
) -> SegmentSaved:
    """Create a segment.

    Args:
        name: for people, 1 to 100 characters.
        rule: the rule as JSON holds it; None for a fixed list.
        slug: the short name that rules refer to; made from the name when empty.
        aim: the first line of the strategy card: what the brand wants of these members.
        offers: which price band, offers and kinds of activity suit them.
        owner_id: who of the staff looks after them.

    Raises:
        RuleInvalid: when the rule has a mistake.
        SlugTaken, BadSlug, BadText, OwnerNotFound: when names or owner are not what they should be.
    """
    segment = Segment(
        id=new_id(),
        name=checked_text(name, field="name", max_length=100),
        description=checked_text(
            description, field="description", max_length=1000, may_be_empty=True, lines=True
        ),
        aim=checked_text(aim, field="aim", max_length=500, may_be_empty=True, lines=True),
        offers=checked_text(offers, field="offers", max_length=500, may_be_empty=True, lines=True),
        owner_id=owner_id,
        kind=Segment.Kind.STATIC if rule is None else Segment.Kind.RULE,
        rule=rule,
        rule_version=0 if rule is None else 1,
        created_at=now,
    )
    segment.slug = slug or slugify(name)[:80].strip("-_").replace("_", "-") or f"segment-{segment.id.hex[:8]}"
    if not SLUG.fullmatch(segment.slug):
        raise BadSlug(slug=segment.slug[:80])
    if rule is not None:
        check_rule(rule, slug=segment.slug)
    check_owner(owner_id)
    if Segment.objects.filter(slug=segment.slug).exists():
        raise SlugTaken(slug=segment.slug)
    segment.save(force_insert=True)
    if rule is not None:
        SegmentVersion.objects.create(
            segment=segment, version=1, rule=rule, changed_at=now, changed_by=actor.key
        )
    return SegmentSaved(segment.id, segment.slug, segment.rule_version)


def check_owner(owner_id: UUID | None) -> None:
    """Refuse an owner who is not of the staff."""
    if owner_id is not None and find_staff(owner_id) is None:
        raise OwnerNotFound(owner=str(owner_id))
