"""The registry of kinds; each is a file of its own."""

from django.utils.translation import gettext_lazy as _

from qunying.activities.events import KIND_TITLES
from qunying.activities.kinds.check_in import CheckIn
from qunying.activities.kinds.contest import Contest
from qunying.activities.kinds.draw import Draw
from qunying.activities.kinds.flash_sale import FlashSale
from qunying.activities.kinds.gathering import Gathering
from qunying.activities.kinds.group_buy import GroupBuy
from qunying.activities.kinds.guess import Guess
from qunying.activities.kinds.kind import Kind
from qunying.activities.kinds.live import Live
from qunying.activities.kinds.pairs import Pairs
from qunying.activities.kinds.quiz import Quiz
from qunying.activities.kinds.red_packet import RedPacket
from qunying.activities.kinds.topic import Topic
from qunying.activities.kinds.trial import Trial
from qunying.activities.kinds.vote import Vote
from qunying.activities.kinds.wheel import Wheel
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem

KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        Wheel(),
        Draw(),
        RedPacket(),
        CheckIn(),
        Contest(),
        Quiz(),
        Pairs(),
        Guess(),
        Vote(),
        FlashSale(),
        GroupBuy(),
        Trial(),
        Gathering(),
        Live(),
        Topic(),
    )
}


KIND_TITLES.update({slug: kind.title for slug, kind in KINDS.items()})


class UnknownKind(Problem):
    """There is no such kind of activity."""

    code = "unknown_activity_kind"
    kind = ProblemKind.NOT_FOUND
    message = _("There is no kind of activity called “{slug}”.")


def kind_of(slug: str) -> Kind:
    """Return a kind by its name.

    Raises:
        UnknownKind.
    """
    if slug not in KINDS:
        raise UnknownKind(slug=slug[:40])
    return KINDS[slug]
