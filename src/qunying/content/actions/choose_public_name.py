"""Choose the name under which one speaks in public."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.content.boards.speaking import PostRefused, require_not_muted, require_self
from qunying.content.boards.text import taken_text, topic_key
from qunying.content.models import PublicName
from qunying.content.screening import Spoken, screen
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids, lock_living_member

MAX_NAME = 20
_OFFICIAL = ("官方", "客服", "管理员", "版主", "official", "admin", "moderator", "support")


class PublicNameTaken(Problem):
    """Somebody else has the name, or it belongs to the brand."""

    code = "public_name_taken"
    kind = Kind.CONFLICT
    message = _("“{name}” cannot be your name here: it is taken, or it sounds like the brand.")


@dataclass(frozen=True)
class NameChosen:
    """The name as it is shown."""

    name: str


@action
def choose_public_name(
    *, command_id: str, actor: Actor, now: datetime, member_id: UUID, name: str
) -> NameChosen:
    """Give a member a name for boards and galleries in place of their masked one.

    Raises:
        BadText: when it is none.
        PublicNameTaken: when another has it (width and case do not count), or it passes for the brand's staff.
        PostRefused: when the screen does not let it pass at once.
        SpeakingRestricted, SpeakingForbidden: while the member is muted.
    """
    require_self(actor, member_id)
    plain = taken_text(name, field=_g("Public name"), max_length=MAX_NAME, lines=False)
    member, key = lock_living_member(member_id), topic_key(plain).replace(" ", "")
    own_ids = list_own_ids(member.id)
    require_not_muted(member.id, None, now)
    official = any(word in key for word in (*_OFFICIAL, topic_key(get_brand().name).replace(" ", "")))
    if official or not key or PublicName.objects.filter(key=key).exclude(member__in=own_ids).exists():
        raise PublicNameTaken(name=plain)
    verdict = screen(Spoken(text=plain, member_id=member.id, community_id=None, kind="post"))
    if verdict.action != "publish" or verdict.replaced_text not in {None, plain}:
        raise PostRefused
    # Under another of their ids it may be their own.
    PublicName.objects.filter(key=key[:60], member__in=own_ids).exclude(member=member).delete()
    PublicName.objects.update_or_create(
        member=member, defaults={"name": plain, "key": key[:60], "changed_at": now}
    )
    return NameChosen(plain)
