"""Choose whether to stand on leaderboards."""

from datetime import datetime
from uuid import UUID

from qunying.honours.events import MEMBER_RANKED, MEMBER_UNRANKED
from qunying.honours.models import Ranking, RankingChoice
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import list_own_ids, lock_living_member
from qunying.stream.record import NewEvent, record


@action
def choose_ranking(*, command_id: str, actor: Actor, now: datetime, member_id: UUID, is_shown: bool) -> None:
    """Take a member off every leaderboard at once, or let them stand there again from the next counting on.

    Raises:
        MemberNotFound.
    """
    member = lock_living_member(member_id)
    own = list_own_ids(member.pk)
    known = RankingChoice.objects.filter(member_id__in=own)
    if is_shown != known.exists():
        return
    if is_shown:
        known.delete()
    else:
        RankingChoice.objects.create(member=member, chosen_at=now)
        Ranking.objects.filter(member_id__in=own).delete()
    told = MEMBER_RANKED if is_shown else MEMBER_UNRANKED
    record(NewEvent(type=told, occurred_at=now, received_at=now, member_id=member.pk))
