"""A segment gets another rule, name or strategy card."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.segments.actions.create_segment import SegmentSaved, check_owner
from qunying.segments.models import Segment, SegmentVersion
from qunying.segments.queries.check_rule import check_rule
from qunying.segments.queries.get_segment import SegmentNotFound


class SegmentIsList(Problem):
    """A fixed list has no rule."""

    code = "segment_is_list"
    kind = Kind.INVALID
    message = _("“{name}” is a fixed list; it has no rule.")


class SegmentChangedMeanwhile(Problem):
    """Somebody else changed the rule after it was read."""

    code = "segment_changed_meanwhile"
    kind = Kind.CONFLICT
    message = _("Somebody changed the rule of “{name}” meanwhile. Look at version {version} first.")


_TEXTS = {"name": 100, "description": 1000, "aim": 500, "offers": 500}


@action
def change_segment(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    segment_id: UUID,
    rule: dict[str, Any] | None = None,
    name: str | None = None,
    description: str | None = None,
    aim: str | None = None,
    offers: str | None = None,
    owner_id: UUID | None = None,
    no_owner: bool = False,
    seen_version: int | None = None,
) -> SegmentSaved:
    """Change what is given and leave the rest. Another rule is another version; the versions before are kept.

    Args:
        rule: the new rule as JSON holds it; members come and go at the next refresh.
        name, description, aim, offers: new texts.
        owner_id: the new owner.
        no_owner: take the owner away.
        seen_version: the version of the rule that the caller read before; another one since is refused.

    Raises:
        SegmentNotFound: when there is no such segment.
        RuleInvalid: when the rule has a mistake.
        SegmentIsList: when a fixed list is given a rule.
        SegmentChangedMeanwhile: when the rule is no longer the one that was seen.
    """
    segment = Segment.objects.select_for_update(of=("self",)).filter(pk=segment_id).first()
    if segment is None:
        raise SegmentNotFound(segment=str(segment_id))
    given = {"name": name, "description": description, "aim": aim, "offers": offers}
    for field, text in given.items():
        if text is not None:
            words = checked_text(
                text,
                field=field,
                max_length=_TEXTS[field],
                may_be_empty=field != "name",
                lines=field != "name",
            )
            setattr(segment, field, words)
    if owner_id is not None or no_owner:
        check_owner(owner_id)
        segment.owner_id = owner_id
    if rule is not None and rule != segment.rule:
        _change_rule(segment, rule, seen_version)
        SegmentVersion.objects.create(
            segment=segment, version=segment.rule_version, rule=rule, changed_at=now, changed_by=actor.key
        )
    segment.save()
    return SegmentSaved(segment.id, segment.slug, segment.rule_version)


def _change_rule(segment: Segment, rule: dict[str, Any], seen_version: int | None) -> None:
    if segment.kind == Segment.Kind.STATIC:
        raise SegmentIsList(name=segment.name)
    if seen_version is not None and seen_version != segment.rule_version:
        raise SegmentChangedMeanwhile(name=segment.name, version=segment.rule_version)
    check_rule(rule, slug=segment.slug)
    segment.rule = rule
    segment.rule_version += 1
