"""What is forgotten of an erased member here: what they wrote about a trial, and from where they voted."""

from qunying.activities.models import ContestVote, TrialReport
from qunying.members.erasing import Erasure, erases


@erases
def forget_reports(erasure: Erasure) -> dict[str, int]:
    """Empty reports, and forget devices and networks of votes; results that were published name nobody anyway."""
    ContestVote.objects.filter(member__in=erasure.ids).update(device="", network="")
    return {"trial_reports": TrialReport.objects.filter(member__in=erasure.ids).update(text="")}
