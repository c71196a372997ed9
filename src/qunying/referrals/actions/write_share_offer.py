"""Promise points for sharing a page."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text
from qunying.ledger.entries import check_reason
from qunying.referrals.models import ShareOffer
from qunying.referrals.sharing import MOST_A_DAY, MOST_POINTS, BadShare, check_page


@action
def write_share_offer(
    *, command_id: str, actor: Actor, now: datetime, name: str, path: str, points: int, per_day: int
) -> UUID:
    """Write a shared page as a draft and return its id.

    Args:
        path: of a member page, such as an activity or a story.
        points: for each visitor who counts.
        per_day: how many visitors of one member count on a day.

    Raises:
        BadShare, BadText, ReasonNotFit.
    """
    if not 1 <= points <= MOST_POINTS or not 1 <= per_day <= MOST_A_DAY:
        raise BadShare(points=MOST_POINTS, visitors=MOST_A_DAY)
    title = checked_text(name, field="name", max_length=60)
    check_reason(title)  # it goes into the book
    page = check_page(path)
    offer = ShareOffer.objects.create(
        name=title, path=page, points=points, per_day=per_day, created_by=actor.key, created_at=now
    )
    return offer.id
