"""Accept a report about a product, or send it back."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.acting import by_the_rules
from qunying.activities.kinds import kind_of
from qunying.activities.models import TrialReport
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.rewards.actions.grant_points import grant_points


class UnknownReport(Problem):
    """There is no such report."""

    code = "unknown_trial_report"
    kind = Kind.NOT_FOUND
    message = _("There is no such report.")


class ReportRead(Problem):
    """Somebody has read it before."""

    code = "trial_report_read"
    kind = Kind.CONFLICT
    message = _("This report is “{state}”.")


@action
def review_report(
    *, command_id: str, actor: Actor, now: datetime, report_id: UUID, accept: bool, note: str = ""
) -> str:
    """Accept a report, for which the member gets the promised points, or send it back with a note.

    Raises:
        UnknownReport, ReportRead.
        BadText: one that is sent back needs a note.
        RewardsSuspended, PointsBarred: the member gets no points at present; nothing was done.
    """
    reports = TrialReport.objects.select_for_update(of=["self"]).select_related("activity")
    report = reports.filter(pk=report_id).first()
    if report is None:
        raise UnknownReport
    if report.state != TrialReport.State.WAITING:
        raise ReportRead(state=str(report.get_state_display()))
    report.note = checked_text(note, field=str(_("note")), max_length=200, may_be_empty=accept)
    report.state = TrialReport.State.ACCEPTED if accept else TrialReport.State.RETURNED
    report.read_by, report.read_at = actor.key, now
    activity = report.activity
    points = kind_of(activity.kind).read(activity).report_points
    if accept and points:
        act = by_the_rules(Act(command_id=command_id, actor=actor, now=now))
        given = grant_points(
            **act,
            member_id=report.member_id,
            amount=points,
            reason=activity.title,
            campaign_id=activity.campaign_id,
        )
        report.grant_id = given.grant_id
    report.save()
    return str(report.state)
