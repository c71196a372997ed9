"""Tell communities what a notice has to say, when its time has come."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.models import Community, Notice, NoticePosting
from qunying.communities.service.battle_report import PERIODS, default_text, report_orders
from qunying.communities.service.schedule import lasts, next_of
from qunying.communities.service.wording import filled
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.messages.actions.post_to_community import post_to_community

PROMOTIONS = {Notice.Kind.BENEFIT, Notice.Kind.OFFER, Notice.Kind.SURPRISE, Notice.Kind.ACTIVITY}


class NoticeNotFound(Problem):
    """There is no such notice."""

    code = "notice_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such notice.")


@dataclass(frozen=True)
class NoticePosted:
    """In how many communities a post was planned, and when the notice is due next."""

    planned: int
    next_at: datetime | None


@action
def post_notice(
    *, command_id: str, actor: Actor, now: datetime, notice_id: UUID, due_at: datetime
) -> NoticePosted:
    """Plan the posts of one time of a notice and move it on to its next; a time that was missed for too long is passed over.

    What goes wrong in one community is noted and keeps no other from its post.

    Args:
        due_at: the time that is meant; when the notice has moved on already, nothing happens.

    Raises:
        NoticeNotFound: when there is no such notice.
    """
    notice = Notice.objects.select_for_update(no_key=True).filter(pk=notice_id).first()
    if notice is None:
        raise NoticeNotFound
    if not notice.is_active or notice.next_at != due_at or due_at > now:
        return NoticePosted(0, notice.next_at)
    planned = 0
    if now < due_at + lasts(notice):
        where = Q(pk=notice.community_id) if notice.community_id else ~Q(state=Community.State.CLOSED)
        for community in Community.objects.filter(where).order_by("name"):
            planned += _post(notice, community, command_id, actor, now)
    notice.next_at = next_of(notice, max(now, due_at), get_brand().zone)
    notice.save(update_fields=["next_at"])
    return NoticePosted(planned, notice.next_at)


def _post(notice: Notice, community: Community, command_id: str, actor: Actor, now: datetime) -> bool:
    due_at = notice.next_at or now
    posting = NoticePosting(
        notice=notice, community=community, due_at=due_at, outcome=NoticePosting.Outcome.NOTHING
    )
    text = _text_of(notice, community, due_at)
    if text is not None:
        try:
            posted = post_to_community(
                command_id=command_id,
                actor=actor,
                now=now,
                community_id=community.pk,
                channel_id=community.channel_id,
                key=f"notice:{notice.pk}:{due_at:%Y%m%d%H%M}",
                text=text,
                title=notice.title,
                due_at=now,
                not_after=due_at + lasts(notice),
                is_promotion=notice.kind in PROMOTIONS,
            )
        except Problem as problem:
            posting.outcome, posting.problem = NoticePosting.Outcome.REFUSED, problem.code
        else:
            posting.outcome, posting.send_id = NoticePosting.Outcome.PLANNED, posted.send_id
    posting.save(force_insert=True)
    return posting.outcome == NoticePosting.Outcome.PLANNED


def _text_of(notice: Notice, community: Community, due_at: datetime) -> str | None:
    if notice.kind != Notice.Kind.REPORT:
        return filled(notice.text, community, due_at)
    zone = get_brand().zone
    report = report_orders(community.pk, due_at - PERIODS[notice.rhythm], due_at, zone)
    if report is None:
        return None
    period = str(Notice.Rhythm(notice.rhythm).label)
    return filled(notice.text or default_text(), community, due_at, **report.values(period))
