"""Members as somebody may see them: names and whole contacts only for those who may see them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from uuid import UUID

from django.utils.translation import gettext as _

from qunying.kernel.actors import Actor
from qunying.members.models import Attribute, Identity, Member, Tag
from qunying.members.queries.attribute_titles import attribute_title, value_titles
from qunying.members.queries.list_members import SEE_CONTACTS, SEE_NAMES
from qunying.members.queries.mask_contact import mask_contact


@dataclass(frozen=True)
class IdentityView:
    """An identity as far as it may be seen."""

    id: int
    type: str
    title: str
    value: str
    is_masked: bool
    verified_at: datetime | None


@dataclass(frozen=True)
class AttributeView:
    """An attribute with what it and its value are called."""

    name: str
    title: str
    value: str
    value_title: str
    source: str
    source_title: str
    changed_at: datetime


@dataclass(frozen=True)
class MemberView:
    """A member as far as they may be seen."""

    id: UUID
    name: str
    is_pseudonym: bool
    first_seen_at: datetime
    created_at: datetime
    is_staff: bool
    language: str = ""
    quiet_hours: tuple[time, time] | None = None
    identities: list[IdentityView] = field(default_factory=list)
    attributes: list[AttributeView] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


def describe_members(
    members: Sequence[Member], actor: Actor, *, with_contacts: bool = False
) -> list[MemberView]:
    """Return what an actor may see of members, in their order, with three queries for all of them.

    Args:
        members: who.
        actor: who looks.
        with_contacts: show contacts in full to an actor who may see them; pages mask them for everybody.
    """
    ids = [member.id for member in members]
    identities = _by_member(Identity.objects.filter(member__in=ids).order_by("id"))
    attributes = _by_member(Attribute.objects.filter(member__in=ids).order_by("name"))
    names = {row.name for rows in attributes.values() for row in rows}
    titles = {name: value_titles(name) for name in names}
    tags = _by_member(Tag.objects.filter(member__in=ids).order_by("name"))
    sees_names = actor.may(SEE_NAMES)
    in_full = with_contacts and actor.may(SEE_CONTACTS)
    return [
        MemberView(
            id=member.id,
            name=name_of(member, actor),
            is_pseudonym=not (sees_names and member.name),
            first_seen_at=member.first_seen_at,
            created_at=member.created_at,
            is_staff=member.is_staff,
            language=member.language,
            quiet_hours=member.quiet_hours,
            identities=[_view(identity, in_full=in_full) for identity in identities[member.id]],
            attributes=[_attribute(row, titles[row.name]) for row in attributes[member.id]],
            tags=tags[member.id],
        )
        for member in members
    ]


def name_of(member: Member, actor: Actor) -> str:
    """Return a member's name as far as the actor may see it."""
    return member.name if member.name and actor.may(SEE_NAMES) else pseudonym(member.id)


def name_members(member_ids: Collection[UUID], actor: Actor) -> dict[UUID, str]:
    """Return the names of members as far as the actor may see them; ids that are gone have none."""
    found = Member.objects.filter(pk__in=member_ids).only("id", "name")
    return {member.id: name_of(member, actor) for member in found}


def pseudonym(member_id: UUID) -> str:
    """Return what stands for the name of somebody without one, or for whoever may not see names."""
    return _("Member {code}").format(code=str(member_id)[:8])


def _view(identity: Identity, *, in_full: bool) -> IdentityView:
    # A shop's customer number tells nobody outside the shop who it is.
    is_open = in_full or identity.type == Identity.Type.SHOP_CUSTOMER
    return IdentityView(
        id=identity.pk,
        type=identity.type,
        title=identity.get_type_display(),
        value=identity.value if is_open else mask_contact(identity.value),
        is_masked=not is_open,
        verified_at=identity.verified_at,
    )


def _attribute(row: Attribute, titles: Mapping[str, str]) -> AttributeView:
    return AttributeView(
        name=row.name,
        title=attribute_title(row.name),
        value=row.value,
        value_title=titles.get(row.value, row.value),
        source=row.source,
        source_title=row.get_source_display(),
        changed_at=row.changed_at,
    )


def _by_member[R: (Identity, Attribute, Tag)](rows: Iterable[R]) -> dict[UUID, list[R]]:
    found: dict[UUID, list[R]] = defaultdict(list)
    for row in rows:
        found[row.member_id].append(row)
    return found
