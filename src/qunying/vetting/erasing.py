"""What is forgotten of an erased member here: with what they were seen, and their own words in an appeal."""

from qunying.members.erasing import Erasure, erases
from qunying.vetting.models import Case, Mark


@erases
def forget_marks(erasure: Erasure) -> dict[str, int]:
    """Forget devices, networks and appeals."""
    Case.objects.filter(member__in=erasure.ids).exclude(appeal="").update(appeal="")
    return {"marks": Mark.objects.filter(member__in=erasure.ids).delete()[0]}
