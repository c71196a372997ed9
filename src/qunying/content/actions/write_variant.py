"""Write an item for one platform."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.content.drafting import EDITABLE, State, VariantText, lock_item
from qunying.content.models import Material, Variant, VariantPicture
from qunying.content.platforms import platform_of
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class MaterialNotUsable(Problem):
    """A picture is not in the library, or no picture."""

    code = "material_not_usable"
    kind = Kind.INVALID
    message = _("One of the pictures is not in the library any more. Choose again.")


@dataclass(frozen=True)
class VariantWritten:
    """The variant."""

    variant_id: UUID


@action
def write_variant(
    *, command_id: str, actor: Actor, now: datetime, item_id: UUID, platform: str, text: VariantText
) -> VariantWritten:
    """Write or rewrite the form of an item on a platform; an idea becomes a draft.

    Raises:
        ItemNotFound, WrongItemState, UnknownPlatform, BadText, BadContentLink, TooManyPictures, MaterialNotUsable.
    """
    limits = platform_of(platform)
    fields = text.checked(limits)
    item = lock_item(item_id, *EDITABLE)
    usable = Material.objects.filter(
        pk__in=text.material_ids, picture__isnull=False, retired_at=None
    ).values_list("pk", flat=True)
    if set(usable) != set(text.material_ids) or len(set(text.material_ids)) != len(text.material_ids):
        raise MaterialNotUsable
    variant, _is_new = Variant.objects.update_or_create(
        item=item, platform=platform, defaults={**fields, "changed_by": actor.key, "changed_at": now}
    )
    variant.places.all().delete()
    VariantPicture.objects.bulk_create(
        VariantPicture(variant=variant, material_id=material_id, position=position)
        for position, material_id in enumerate(text.material_ids, 1)
    )
    item.state, item.changed_by, item.changed_at = State.DRAFT, actor.key, now
    item.save(update_fields=["state", "changed_by", "changed_at"])
    return VariantWritten(variant.id)
