"""Change what is known of a material, or retire it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.content.actions.add_material import MaterialFacts
from qunying.content.models import Material
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class MaterialNotFound(Problem):
    """There is no such material."""

    code = "material_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such material.")


@action
def change_material(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    material_id: UUID,
    facts: MaterialFacts,
    retired: bool = False,
) -> UUID:
    """Change name, rights and tags of a material, and return its id. A retired one is not offered any more.

    Raises:
        MaterialNotFound, ItemFieldInvalid, BadText, BadContentLink.
    """
    material = Material.objects.select_for_update(no_key=True).filter(pk=material_id).first()
    if material is None:
        raise MaterialNotFound
    fields = {**facts.checked(), "kind": material.kind}
    fields["retired_at"] = (material.retired_at or now) if retired else None
    Material.objects.filter(pk=material.pk).update(**fields)
    return material.id
