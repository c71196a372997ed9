"""What a community says of itself, checked the same way when it is set up and when it is changed."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.models import Community
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.messages.queries.get_channel import get_channel

MAX_CAPACITY = 1_000_000
LENGTHS = {"name": 100, "positioning": 500, "value": 500, "rules": 10_000}


class CommunityFieldInvalid(Problem):
    """A field has a value that does not exist."""

    code = "community_field_invalid"
    kind = Kind.INVALID
    message = _("“{value}” is not possible for “{field}”.")


class CommunityNameTaken(Problem):
    """Another community has this name."""

    code = "community_name_taken"
    kind = Kind.CONFLICT
    message = _("There is already a community called “{name}”.")


@dataclass(frozen=True, kw_only=True)
class CommunityProfile:
    """Name, kind, platform, what it is for and by which rules; ``channel_id`` is where posts to all of it go."""

    name: str
    kind: str
    platform: str
    positioning: str = ""
    value: str = ""
    rules: str = ""
    capacity: int = 500
    state: str = Community.State.FORMING
    channel_id: UUID | None = None

    def checked(self, *, of: Community | None = None) -> dict[str, Any]:
        """Return the fields as they may be stored.

        Raises:
            CommunityFieldInvalid: when a choice does not exist or the capacity is absurd.
            CommunityNameTaken: when another community than ``of`` has the name.
            BadText: when a text is too long or not plain.
            ChannelNotFound: when there is no such channel.
        """
        fields = asdict(self)
        for field, length in LENGTHS.items():
            fields[field] = checked_text(
                fields[field],
                field=field,
                max_length=length,
                may_be_empty=field != "name",
                lines=field == "rules",
            )
        choices = {"kind": Community.Kind, "platform": Community.Platform, "state": Community.State}
        for field, choice in choices.items():
            if fields[field] not in choice.values:
                raise CommunityFieldInvalid(field=field, value=str(fields[field])[:50])
        if not 1 <= self.capacity <= MAX_CAPACITY:
            raise CommunityFieldInvalid(field="capacity", value=self.capacity)
        if self.channel_id is not None:
            get_channel(self.channel_id)
        others = Community.objects.filter(name=fields["name"])
        if (others.exclude(pk=of.pk) if of else others).exists():
            raise CommunityNameTaken(name=fields["name"])
        return fields
