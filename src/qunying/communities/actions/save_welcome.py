"""Write or change a welcome."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.models import Welcome
from qunying.communities.queries.get_community import get_community
from qunying.communities.service.wording import checked_wording
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text

MAX_GATHER = 60


class WelcomeNotFound(Problem):
    """There is no such welcome."""

    code = "welcome_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such welcome.")


class WelcomeTaken(Problem):
    """Newcomers of this source have a welcome."""

    code = "welcome_taken"
    kind = Kind.CONFLICT
    message = _("There is already an active welcome for this community and source. Change or pause that one.")


class WelcomeInvalid(Problem):
    """The gathering time is absurd."""

    code = "welcome_invalid"
    kind = Kind.INVALID
    message = _("Newcomers can be gathered for 0 to 60 minutes.")


@action
def save_welcome(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    text: str,
    community_id: UUID | None = None,
    source: str = "",
    gather_minutes: int = 5,
    is_active: bool = True,
    welcome_id: UUID | None = None,
) -> UUID:
    """Store a welcome and return its id.

    Args:
        community_id: where; None for every community that has none of its own.
        source: for whom; empty for every source that has none of its own.
        gather_minutes: who joins within this time shares one post; 0: each newcomer is greeted by name.
        welcome_id: the welcome to change; None for a new one.

    Raises:
        WelcomeNotFound, WelcomeTaken, WelcomeInvalid, CommunityNotFound, BadText, UndeclaredVariable.
    """
    welcome = (
        Welcome(pk=new_id(), created_at=now)
        if welcome_id is None
        else Welcome.objects.filter(pk=welcome_id).first()
    )
    if welcome is None:
        raise WelcomeNotFound
    if not 0 <= gather_minutes <= MAX_GATHER:
        raise WelcomeInvalid
    welcome.community = get_community(community_id) if community_id else None
    welcome.source = checked_text(source, field="source", max_length=100, may_be_empty=True)
    welcome.text = checked_wording(text)
    welcome.gather_minutes, welcome.is_active = gather_minutes, is_active
    others = Welcome.objects.filter(community=welcome.community, source=welcome.source, is_active=True)
    if is_active and others.exclude(pk=welcome.pk).exists():
        raise WelcomeTaken
    welcome.save()
    return welcome.pk
