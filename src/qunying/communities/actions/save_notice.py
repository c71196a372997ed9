"""Write or change a notice and put it on the calendar."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.actions.post_notice import NoticeNotFound
from qunying.communities.models import Notice
from qunying.communities.queries.get_community import get_community
from qunying.communities.service.schedule import next_of
from qunying.communities.service.wording import REPORT_VARIABLES, VARIABLES, checked_wording
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text

AT_ONCE = timedelta(minutes=5)


class NoticeInvalid(Problem):
    """A field has a value that does not exist, or does not fit the others."""

    code = "notice_invalid"
    kind = Kind.INVALID
    message = _("“{field}” is not possible here.")


class NoticeNeverDue(Problem):
    """All its times have passed."""

    code = "notice_never_due"
    kind = Kind.INVALID
    message = _("All times of this notice have passed. Choose a later day or time.")


@dataclass(frozen=True, kw_only=True)
class NoticeText:
    """What a notice says, where and when; see the fields of ``Notice``."""

    kind: str
    title: str
    text: str = ""
    rhythm: str
    at: time
    first_day: date
    last_day: date | None = None
    until: time | None = None
    weekdays: list[int] = field(default_factory=list)
    community_id: UUID | None = None
    is_pinned: bool = False
    is_active: bool = True


@dataclass(frozen=True)
class NoticeSaved:
    """The notice, and when it is due next; never, while it is not active."""

    notice_id: UUID
    next_at: datetime | None


@action
def save_notice(
    *, command_id: str, actor: Actor, now: datetime, notice: NoticeText, notice_id: UUID | None = None
) -> NoticeSaved:
    """Store a notice. One whose only time was up to five minutes ago goes out at once.

    Args:
        notice_id: the notice to change; None for a new one.

    Raises:
        NoticeNotFound, NoticeInvalid, NoticeNeverDue, CommunityNotFound, BadText, UndeclaredVariable.
    """
    kept = Notice(pk=new_id(), created_at=now)
    if notice_id is not None:
        found = Notice.objects.select_for_update(no_key=True).filter(pk=notice_id).first()
        if found is None:
            raise NoticeNotFound
        kept = found
    _check(notice)
    is_report = notice.kind == Notice.Kind.REPORT
    kept.community = get_community(notice.community_id) if notice.community_id else None
    kept.title = checked_text(notice.title, field="title", max_length=100)
    kept.text = checked_wording(
        notice.text, variables=REPORT_VARIABLES if is_report else VARIABLES, may_be_empty=is_report
    )
    for name in ("kind", "rhythm", "at", "until", "first_day", "last_day", "is_pinned", "is_active"):
        setattr(kept, name, getattr(notice, name))
    kept.weekdays = sorted(set(notice.weekdays)) if notice.rhythm == Notice.Rhythm.WEEKLY else []
    kept.next_at = None
    if notice.is_active:
        kept.next_at = next_of(kept, now - AT_ONCE if notice.rhythm == "once" else now, get_brand().zone)
        if kept.next_at is None and notice_id is None:
            raise NoticeNeverDue
    kept.save()
    return NoticeSaved(kept.pk, kept.next_at)


def _check(notice: NoticeText) -> None:
    if notice.kind not in Notice.Kind.values:
        raise NoticeInvalid(field="kind")
    if notice.rhythm not in Notice.Rhythm.values:
        raise NoticeInvalid(field="rhythm")
    weekly = notice.rhythm == Notice.Rhythm.WEEKLY
    if any(not 0 <= day <= 6 for day in notice.weekdays) or (weekly and not notice.weekdays):
        raise NoticeInvalid(field="weekdays")
    if notice.last_day is not None and notice.last_day < notice.first_day:
        raise NoticeInvalid(field="last_day")
    if notice.until is not None and notice.until < notice.at:
        raise NoticeInvalid(field="until")
