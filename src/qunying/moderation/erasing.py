"""What is forgotten of an erased member here: what was quoted of them, and what they wrote themselves."""

from qunying.members.erasing import Erasure, erases
from qunying.moderation.models import Appeal, Case, Report


@erases
def forget_quotes(erasure: Erasure) -> dict[str, int]:
    """Empty quotes, evidence and appeals; what was decided, and by which clause, stays."""
    ids = erasure.ids
    Report.objects.filter(reported_member__in=ids).update(quote="")
    return {
        "cases": Case.objects.filter(member__in=ids).update(author_name="", quote="", findings=[]),
        "reports": Report.objects.filter(reporter__in=ids).update(text=""),
        "appeals": Appeal.objects.filter(member__in=ids).update(text=""),
    }
