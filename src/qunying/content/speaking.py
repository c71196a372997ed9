"""Before a member says something: may they, and may it be shown."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.queries.find_restriction import require_unrestricted
from qunying.content.drafting import ItemNotFound, State
from qunying.content.models import ContentItem, Placement
from qunying.content.platforms import MEMBER_WEB
from qunying.content.screening import Spoken, Verdict, screen
from qunying.kernel.problems import Kind, Problem

PUBLIC_STATES = (State.PUBLISHED, State.MEASURED)


class NotShown(Problem):
    """What was said may not be shown."""

    code = "content_not_shown"
    kind = Kind.INVALID
    message = _("This cannot be shown here. Please say it in other words, without advertising or insults.")


def screened(text: str, *, member_id: UUID, kind: Literal["comment", "submission"], now: datetime) -> Verdict:
    """Return the verdict on what a member says on a public page.

    Raises:
        MemberRestricted: when they may not speak at present.
        NotShown: when it is refused.
    """
    require_unrestricted(member_id, None, now)
    verdict = screen(Spoken(text=text, member_id=member_id, community_id=None, kind=kind))
    if verdict.action == "refuse":
        raise NotShown
    return verdict


def get_public_item(item_id: UUID) -> ContentItem:
    """Return an item that has a page on the member web.

    Raises:
        ItemNotFound: when it has none, or was taken off.
    """
    item = ContentItem.objects.filter(
        pk=item_id,
        state__in=PUBLIC_STATES,
        placements__platform=MEMBER_WEB,
        placements__state=Placement.State.PUBLISHED,
    ).first()
    if item is None:
        raise ItemNotFound
    return item
