"""Take a platform out of the brand's layout."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.models import PlatformChoice
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class PlatformChoiceNotFound(Problem):
    """There is no such entry in the layout."""

    code = "platform_choice_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such entry in the layout.")


@action
def drop_platform(*, command_id: str, actor: Actor, now: datetime, choice_id: UUID) -> None:
    """Remove an entry of the layout; the audit trail keeps it.

    Raises:
        PlatformChoiceNotFound: when there is none.
    """
    deleted, _models = PlatformChoice.objects.filter(pk=choice_id).delete()
    if not deleted:
        raise PlatformChoiceNotFound
