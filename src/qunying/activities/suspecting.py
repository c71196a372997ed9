"""What makes a win look like cheating: several accounts of one person, or more than a person wins in a day.

None of it proves anything, so what shows a sign is held until a person of the staff has decided (``reviewing.py``). Networks do
not count: a whole town may share one.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count

from qunying.activities.goods import HOLDING
from qunying.activities.models import Activity, Award, Right
from qunying.engines.referral_signs import SAME
from qunying.members.queries.get_member import list_ids_of
from qunying.vetting.queries.list_shared import list_sharers

# Where winning is chance, a matter of being first, or of bringing others. What staff choose, they see for themselves.
VETTED_KINDS = {"wheel", "draw", "red_packet", "quiz", "guess", "flash_sale", "group_buy", "live"}
A_DAY = timedelta(days=1)
MOST_A_DAY = 30  # wins of one member, over all activities


def list_signs(activity: Activity, member_ids: Collection[UUID], now: datetime) -> dict[UUID, list[str]]:
    """Return the signs that wins of members in an activity show, the weightiest first; nothing for honest ones.

    Args:
        member_ids: present ids of the winners.
        now: the instant of winning.
    """
    if activity.kind not in VETTED_KINDS:
        return {}
    signs: dict[UUID, list[str]] = {}
    shared = list_sharers(member_ids)
    near = {other for kinds in shared.values() for others in kinds.values() for other in others}
    won = _winners_among(activity, near) if near else set()
    for member, kinds in shared.items():
        signs[member] = [code for kind, code in SAME.items() if kinds.get(kind, set()) & won]
    for member in _often(member_ids, now):
        signs.setdefault(member, []).append("velocity")
    return {member: codes for member, codes in signs.items() if codes}


def _winners_among(activity: Activity, member_ids: Collection[UUID]) -> set[UUID]:
    here = {"activity": activity, "member_id__in": member_ids}
    awards = Award.objects.filter(**here).exclude(state=Award.State.REFUSED)
    rights = Right.objects.filter(**here, state__in=[*HOLDING, Right.State.REDEEMED])
    return set(awards.values_list("member_id", flat=True)) | set(rights.values_list("member_id", flat=True))


def _often(member_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Return who has won too often since yesterday, whatever it was."""
    owners = list_ids_of(member_ids)
    mine = {"member_id__in": list(owners)}
    wins: dict[UUID, int] = {}
    for rows in (
        Award.objects.filter(won_at__gt=now - A_DAY, activity__kind__in=VETTED_KINDS, **mine).order_by(),
        Right.objects.filter(taken_at__gt=now - A_DAY, **mine).order_by(),
    ):
        for member, count in rows.values_list("member_id").annotate(Count("id")):
            wins[owners[member]] = wins.get(owners[member], 0) + count
    return {member for member, count in wins.items() if count >= MOST_A_DAY}
