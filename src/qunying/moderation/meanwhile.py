"""Out of sight meanwhile: what so many different members reported is hidden until somebody has decided."""

from qunying.kernel import actors
from qunying.kernel.acts import Act
from qunying.moderation.models import Case, Source
from qunying.moderation.policy import get_policy
from qunying.moderation.reporting import count_people
from qunying.moderation.subjects import REACH


def is_hidden_meanwhile(case: Case) -> bool:
    """Tell whether an open case is about something that we can hide and that enough different members reported."""
    enough = get_policy()[1].reports_to_hide
    if not enough or case.state != Case.State.OPEN or REACH[case.subject_kind].hide is None:
        return False
    return count_people(case.reports.all()) >= enough


def hide_meanwhile(case: Case, act: Act) -> None:
    """Hide what a case is about when enough different members reported it; hidden already is no mistake."""
    hide = REACH[case.subject_kind].hide
    if hide is not None and is_hidden_meanwhile(case):
        # Not the last reporter hides it: the policy does.
        own = {**act, "actor": actors.system("reports")}
        hide(case.subject_id, reference=_reference(case), **own)


def end_meanwhile(case: Case, act: Act) -> None:
    """Take the hiding by reports back: the decision says from now on whether it is seen."""
    restore = REACH[case.subject_kind].restore
    if restore is not None and Source.REPORT in case.sources:
        restore(case.subject_id, reference=_reference(case), **act)


def _reference(case: Case) -> str:
    return f"reports:{case.id}"
