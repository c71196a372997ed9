"""What content gave points for, so that a statement leads to what the member sent in."""

from collections.abc import Collection, Mapping
from uuid import UUID

from qunying.content.models import Submission
from qunying.rewards.origins import Source, register_origins


def _find(member_ids: Collection[UUID], ids: Collection[UUID]) -> Mapping[UUID, Source]:
    """Return the submissions that points were given for."""
    rows = Submission.objects.filter(member_id__in=member_ids, grant_id__in=ids)
    return {
        row.grant_id: Source(
            row.title or str(row.get_kind_display()), "content.submission", row.pk, "content.my_submissions"
        )
        for row in rows
        if row.grant_id
    }


def register() -> None:
    """Let statements ask content."""
    register_origins(_find)
