"""Choose a platform for a purpose: the brand's layout."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.accounts.queries.list_staff import find_staff
from qunying.communities.models import Platform, PlatformChoice
from qunying.communities.profile import CommunityFieldInvalid
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text
from qunying.segments.queries.get_segment import get_segment

LENGTHS = {"target": 300, "content_forms": 300, "topics": 300, "frequency": 100, "reasons": 1000}


@dataclass(frozen=True)
class PlatformChosen:
    """The entry of the layout."""

    choice_id: UUID


@action
def choose_platform(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    platform: str,
    purpose: str,
    segment_id: UUID | None = None,
    target: str = "",
    content_forms: str = "",
    topics: str = "",
    frequency: str = "",
    reasons: str = "",
    owner_id: UUID | None = None,
) -> PlatformChosen:
    """Put a platform into the layout of a segment (or of everybody), or change what it does there.

    Args:
        platform: its slug.
        purpose: ``gather``, ``attract``, ``sell`` or ``inform``.
        segment_id: for whom; none is everybody.
        target, content_forms, topics, frequency: what it is to reach, with what, about what, how often.
        reasons: why it was chosen.
        owner_id: the person on the staff who answers for it.

    Raises:
        CommunityFieldInvalid: when platform, purpose or owner do not exist.
        SegmentNotFound: when there is no such segment.
        BadText: when a text is too long.
    """
    if not Platform.objects.filter(pk=platform[:20]).exists():
        raise CommunityFieldInvalid(field="platform", value=platform[:50])
    if purpose not in Platform.Purpose.values:
        raise CommunityFieldInvalid(field="purpose", value=purpose[:50])
    if owner_id is not None and find_staff(owner_id) is None:
        raise CommunityFieldInvalid(field="owner_id", value=str(owner_id))
    said = {
        "target": target,
        "content_forms": content_forms,
        "topics": topics,
        "frequency": frequency,
        "reasons": reasons,
    }
    texts = {
        field: checked_text(
            said[field], field=field, max_length=length, may_be_empty=True, lines=field == "reasons"
        )
        for field, length in LENGTHS.items()
    }
    choice, _created = PlatformChoice.objects.update_or_create(
        platform_id=platform,
        purpose=purpose,
        segment=get_segment(segment_id) if segment_id else None,
        defaults={**texts, "owner_id": owner_id, "chosen_at": now},
    )
    return PlatformChosen(choice.id)
