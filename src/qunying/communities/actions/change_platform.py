"""Add a platform to the registry, or change what it says of one."""

from dataclasses import asdict, dataclass
from datetime import datetime

from qunying.communities.models import Platform
from qunying.communities.platforms import SHIPPED
from qunying.communities.profile import MAX_CAPACITY, CommunityFieldInvalid
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text

LENGTHS = {"name": 60, "audience": 500, "strengths": 500, "quotas": 500}
OLDEST = 120


@dataclass(frozen=True, kw_only=True)
class PlatformProfile:
    """What the registry says of a platform. Judgements go from 1 to 5; empty texts show the shipped wording."""

    type: str
    name: str = ""
    audience: str = ""
    strengths: str = ""
    quotas: str = ""
    purposes: tuple[str, ...] = ()
    abilities: tuple[str, ...] = ()
    reach: int = 3
    interaction: int = 3
    cost: int = 3
    age_from: int = 18
    age_until: int = 60
    core_sexes: tuple[str, ...] = ()
    core_city_tiers: tuple[str, ...] = ()
    group_capacity: int | None = None
    is_offered: bool = True


@action
def change_platform(
    *, command_id: str, actor: Actor, now: datetime, slug: str, profile: PlatformProfile
) -> None:
    """Replace what the registry says of a platform; a new short name makes a new one.

    Raises:
        CommunityFieldInvalid: when a choice does not exist, a number is impossible, or a new platform has no name.
        BadText: when a text is too long.
    """
    fields = asdict(profile)
    for field, length in LENGTHS.items():
        text = checked_text(fields[field], field=field, max_length=length, may_be_empty=True)
        # Wording that staff left as it was keeps following the reader's language.
        shipped = str(getattr(SHIPPED[slug], field)) if slug in SHIPPED else None
        fields[field] = "" if text == shipped else text
    if (
        not slug
        or len(slug) > 20
        or not slug.replace("_", "").replace("-", "").isalnum()
        or not slug.isascii()
    ):
        raise CommunityFieldInvalid(field="slug", value=slug[:50])
    if slug not in SHIPPED and not fields["name"]:
        raise CommunityFieldInvalid(field="name", value="")
    _check_choices(fields)
    _check_numbers(profile)
    for field in ("core_sexes", "core_city_tiers"):
        fields[field] = [checked_text(value, field=field, max_length=20) for value in fields[field][:20]]
    Platform.objects.update_or_create(slug=slug.lower(), defaults=fields)


def _check_choices(fields: dict[str, object]) -> None:
    if fields["type"] not in Platform.Type.values:
        raise CommunityFieldInvalid(field="type", value=str(fields["type"])[:50])
    for field, choice in (("purposes", Platform.Purpose), ("abilities", Platform.Ability)):
        chosen: tuple[str, ...] = fields[field]  # type: ignore[assignment]
        unknown = sorted(set(chosen) - set(choice.values))
        if unknown:
            raise CommunityFieldInvalid(field=field, value=unknown[0][:50])
        fields[field] = [value for value in choice.values if value in chosen]


def _check_numbers(profile: PlatformProfile) -> None:
    for field in ("reach", "interaction", "cost"):
        if not 1 <= getattr(profile, field) <= 5:
            raise CommunityFieldInvalid(field=field, value=getattr(profile, field))
    if not 0 <= profile.age_from <= profile.age_until <= OLDEST:
        raise CommunityFieldInvalid(field="age_until", value=profile.age_until)
    if profile.group_capacity is not None and not 1 <= profile.group_capacity <= MAX_CAPACITY:
        raise CommunityFieldInvalid(field="group_capacity", value=profile.group_capacity)
