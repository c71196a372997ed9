"""A member reports about a product that they tried."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.actions.give_award import UnknownAward
from qunying.activities.events import TRIAL_REPORTED
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.trial import SAMPLE, Trial, report_due
from qunying.activities.models import Award, TrialReport
from qunying.activities.telling import tell
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.members.queries.get_member import list_own_ids

LONGEST_REPORT = 5_000


class ReportAccepted(Problem):
    """An accepted report stays as it is."""

    code = "report_accepted"
    kind = Kind.CONFLICT
    message = _("Your report has been accepted. Thank you.")


@action
def write_report(
    *, command_id: str, actor: Actor, now: datetime, award_id: UUID, member_id: UUID, text: str
) -> UUID:
    """Write the report about a product, or write it anew while nobody has accepted it. A late one is marked.

    Raises:
        UnknownAward: also when it is another member's, or nothing to report on.
        ReportAccepted, BadText.
    """
    own = list_own_ids(UUID(actor.id) if actor.kind == "member" else member_id)
    awards = Award.objects.select_for_update(of=["self"]).select_related("activity")
    award = awards.filter(pk=award_id, member_id__in=own, prize=SAMPLE, activity__kind=Trial.slug).first()
    if award is None:
        raise UnknownAward
    activity = award.activity
    said = checked_text(text, field=str(_("report")), max_length=LONGEST_REPORT, lines=True)
    found = TrialReport.objects.filter(award=award).first()
    if found is not None and found.state == TrialReport.State.ACCEPTED:
        raise ReportAccepted
    late = now > report_due(award, kind_of(activity.kind).read(activity))
    fresh = {"text": said, "written_at": now, "state": TrialReport.State.WAITING, "is_late": late}
    first = {"activity": activity, "member_id": award.member_id}
    report, _made = TrialReport.objects.update_or_create(
        award=award, defaults=fresh, create_defaults={**fresh, **first}
    )
    tell(TRIAL_REPORTED, activity, now, award.member_id, report_id=str(report.id), late=str(late).lower())
    return report.id
