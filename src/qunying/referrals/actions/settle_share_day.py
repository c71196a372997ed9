"""A day of shares is over."""

from datetime import date, datetime
from uuid import UUID

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.referrals.models import ShareDay, ShareLink
from qunying.referrals.sharing import SUBJECT, UnknownShare, give, signs_of
from qunying.vetting.actions.file_case import file_case


@action
def settle_share_day(*, command_id: str, actor: Actor, now: datetime, link_id: UUID, day: date) -> str:
    """Give a member the points for the visitors of a past day, once, and return where it stands; empty for no visitors.

    When most of them came from one network, or many within minutes, the day is held for a person. What could not be given before is
    tried again.

    Raises:
        UnknownShare.
    """
    link = (
        ShareLink.objects.select_for_update(no_key=True, of=["self"])
        .select_related("offer")
        .filter(pk=link_id)
        .first()
    )
    if link is None:
        raise UnknownShare
    act = Act(command_id=command_id, actor=actor, now=now)
    known = ShareDay.objects.filter(link=link, day=day).first()
    if known is not None and known.state == ShareDay.State.OWED:
        known.link = link
        give(known, act)
    visitors = link.visits.filter(day=day, is_counted=True).count()
    if known is not None or not visitors or day >= clock.local_day(now, get_brand().zone):
        return known.state if known else ""
    share_day = ShareDay(link=link, day=day, visitors=visitors, points=visitors * link.offer.points, at=now)
    if reasons := signs_of(link, day):
        share_day.state = ShareDay.State.REVIEW
        share_day.save(force_insert=True)
        file_case(
            **act, subject_kind=SUBJECT, subject_id=share_day.id, member_id=link.member_id, reasons=reasons
        )
    else:
        share_day.state = ShareDay.State.OWED
        share_day.save(force_insert=True)
        give(share_day, act)
    return share_day.state
