"""For whom members were given points: a statement leads to the programme, and members to their invitations."""

from collections.abc import Collection, Mapping
from uuid import UUID

from qunying.referrals.models import Reward
from qunying.rewards.origins import Source, register_origins


def _find(member_ids: Collection[UUID], ids: Collection[UUID]) -> Mapping[UUID, Source]:
    """Return the programmes of rewards that were given by these."""
    rows = Reward.objects.filter(member_id__in=member_ids, reference__in=ids)
    return {
        row.reference: Source(
            row.bond.programme.name, "referrals.programme", row.bond.programme_id, "referrals.invite"
        )
        for row in rows.select_related("bond__programme")
        if row.reference
    }


def register() -> None:
    """Let statements ask referrals."""
    register_origins(_find)
