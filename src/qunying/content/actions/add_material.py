"""Put something into the library of materials."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.content.drafting import ItemFieldInvalid, checked_link
from qunying.content.models import Material, Picture
from qunying.content.pictures import KeptPicture
from qunying.content.typed_text import typed
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem

MOST_TAGS = 20


class MaterialNeedsSource(Problem):
    """There is neither a picture nor an address."""

    code = "material_needs_source"
    kind = Kind.INVALID
    message = _("Choose a picture, or give the address where the material lies.")


@dataclass(frozen=True, kw_only=True)
class MaterialFacts:
    """What a material is, and by which right we use it until when."""

    name: str
    kind: str = Material.Kind.PICTURE
    link: str = ""
    rights: str = Material.Rights.OWN
    rights_holder: str = ""
    rights_until: date | None = None
    tags: list[str] = field(default_factory=list)

    def checked(self) -> dict[str, Any]:
        """Return the fields as they may be stored.

        Raises:
            ItemFieldInvalid, BadText, BadContentLink.
        """
        for name, choice in {"kind": Material.Kind, "rights": Material.Rights}.items():
            if getattr(self, name) not in choice.values:
                raise ItemFieldInvalid(field=name, value=str(getattr(self, name))[:50])
        if len(self.tags) > MOST_TAGS:
            raise ItemFieldInvalid(field="tags", value=len(self.tags))
        tags = [typed(tag, field="tags", max_length=40) for tag in self.tags if tag.strip()]
        return {
            "name": typed(self.name, field="name", max_length=200),
            "kind": self.kind,
            "link": checked_link(self.link),
            "rights": self.rights,
            "rights_holder": typed(
                self.rights_holder, field="rights_holder", max_length=200, may_be_empty=True
            ),
            "rights_until": self.rights_until,
            "tags": sorted(set(tags)),
        }


@dataclass(frozen=True)
class MaterialAdded:
    """The new material."""

    material_id: UUID


@action
def add_material(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    facts: MaterialFacts,
    picture: KeptPicture | None = None,
    picture_id: UUID | None = None,
) -> MaterialAdded:
    """Add a picture that was kept, one that is here already (of a submission, say), or the address of something elsewhere.

    Raises:
        ItemFieldInvalid, BadText, BadContentLink: when a field cannot be what it is.
        MaterialNeedsSource: when there is nothing to add.
    """
    fields = facts.checked()
    own = _picture(picture, picture_id, actor, now)
    if own is None and (facts.kind == Material.Kind.PICTURE or not fields["link"]):
        raise MaterialNeedsSource
    material = Material.objects.create(**fields, picture=own, created_by=actor.key, created_at=now)
    return MaterialAdded(material.id)


def _picture(
    kept: KeptPicture | None, picture_id: UUID | None, actor: Actor, now: datetime
) -> Picture | None:
    if kept is not None:
        return Picture.objects.create(**kept.__dict__, uploaded_by=actor.key, created_at=now)
    return Picture.objects.filter(pk=picture_id).first() if picture_id else None
