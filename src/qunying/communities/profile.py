"""What a community says of itself, checked the same way when it is set up and when it is changed."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.models import Community, Platform
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.messages.queries.get_channel import get_channel

MAX_CAPACITY = 1_000_000
MAX_TAGS = 20
LENGTHS = {
    "name": 100,
    "positioning": 500,
    "value": 500,
    "member_types": 300,
    "activity_forms": 300,
    "rules": 10_000,
    "platform_group_id": 200,
    "join_address": 500,
}


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


class GroupTaken(Problem):
    """Another community is this group of the platform."""

    code = "platform_group_taken"
    kind = Kind.CONFLICT
    message = _("“{name}” has this id on the platform already.")


@dataclass(frozen=True, kw_only=True)
class CommunityProfile:
    """Name, kind, platform (its slug), what it is for and by which rules; ``channel_id`` is where posts to all of it go."""

    name: str
    kind: str
    platform: str
    positioning: str = ""
    value: str = ""
    member_types: str = ""
    activity_forms: str = ""
    tags: tuple[str, ...] = ()
    rules: str = ""
    capacity: int = 500
    planned_size: int | None = None
    platform_group_id: str = ""
    join_address: str = ""
    state: str = Community.State.FORMING
    channel_id: UUID | None = None

    def checked(self, *, of: Community | None = None) -> dict[str, Any]:
        """Return the fields as they may be stored.

        Raises:
            CommunityFieldInvalid: when a choice does not exist or a number is absurd.
            CommunityNameTaken: when another community than ``of`` has the name.
            GroupTaken: when another one has the id on the platform.
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
        for field, choice in {"kind": Community.Kind, "state": Community.State}.items():
            if fields[field] not in choice.values:
                raise CommunityFieldInvalid(field=field, value=str(fields[field])[:50])
        for field in ("capacity", "planned_size"):
            if fields[field] is not None and not 1 <= fields[field] <= MAX_CAPACITY:
                raise CommunityFieldInvalid(field=field, value=fields[field])
        if fields["join_address"] and not fields["join_address"].startswith(("https://", "http://")):
            raise CommunityFieldInvalid(field="join_address", value=fields["join_address"][:50])
        fields["tags"] = self._checked_tags()
        fields["platform_id"] = self._checked_platform(fields.pop("platform"), of)
        if self.channel_id is not None:
            get_channel(self.channel_id)
        self._require_unique(fields, of)
        return fields

    def _checked_tags(self) -> list[str]:
        if len(self.tags) > MAX_TAGS:
            raise CommunityFieldInvalid(field="tags", value=len(self.tags))
        return sorted({checked_text(tag, field="tags", max_length=30) for tag in self.tags})

    @staticmethod
    def _checked_platform(slug: str, of: Community | None) -> str:
        """Return the slug of a platform that is offered, or is the community's already."""
        platform = Platform.objects.filter(pk=slug[:20]).first()
        if platform is None or not (platform.is_offered or (of and of.platform_id == slug)):
            raise CommunityFieldInvalid(field="platform", value=slug[:50])
        return platform.slug

    @staticmethod
    def _require_unique(fields: dict[str, Any], of: Community | None) -> None:
        others = Community.objects.exclude(pk=of.pk) if of else Community.objects.all()
        if others.filter(name=fields["name"]).exists():
            raise CommunityNameTaken(name=fields["name"])
        group_id = fields["platform_group_id"]
        if group_id:
            same = others.filter(platform=fields["platform_id"], platform_group_id=group_id).first()
            if same is not None:
                raise GroupTaken(name=same.name)
