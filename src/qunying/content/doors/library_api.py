"""The API's library of materials."""

from typing import Any
from uuid import UUID

from ninja import File, Form, Router
from ninja.files import UploadedFile

from qunying.content.actions.add_material import MaterialFacts, add_material
from qunying.content.actions.change_material import change_material
from qunying.content.doors.items_api import paged
from qunying.content.doors.shapes import (
    ContentIdOut,
    MaterialChangeIn,
    MaterialIn,
    MaterialPage,
    PictureFactsIn,
)
from qunying.content.models import Material
from qunying.content.pictures import keep_picture
from qunying.content.queries.get_item import list_materials
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Limit

router = Router()


@router.get("/content/materials", operation_id="content.list_materials", response=MaterialPage)
def materials(request: ApiRequest, cursor: Cursor = None, limit: Limit = 50, retired: bool = False) -> Any:
    """List the library, newest first."""
    request.actor.require("content.view")
    return paged(list_materials(retired=retired), "-created_at", cursor, limit)


@router.post("/content/materials", operation_id="content.add_material", response=ContentIdOut)
def new_material(request: ApiRequest, material: MaterialIn) -> Any:
    """Put the address of a video or document into the library."""
    return {"id": add_material(**act_of(request), facts=MaterialFacts(**material.dict())).material_id}


@router.post("/content/materials/pictures", operation_id="content.add_picture", response=ContentIdOut)
def new_picture(request: ApiRequest, facts: Form[PictureFactsIn], file: File[UploadedFile]) -> Any:
    """Put a picture (JPEG, PNG, WebP or GIF) into the library; it is kept as we encode it anew."""
    act = act_of(request)
    act["actor"].require("content.add_material")
    picture = keep_picture(file)
    added = add_material(
        **act, facts=MaterialFacts(**facts.dict(), kind=Material.Kind.PICTURE), picture=picture
    )
    return {"id": added.material_id}


@router.put("/content/materials/{material_id}", operation_id="content.change_material", response=ContentIdOut)
def change(request: ApiRequest, material_id: UUID, material: MaterialChangeIn) -> Any:
    """Change what is known of a material, or retire it; its kind and picture stay."""
    typed = material.dict()
    retired = typed.pop("retired")
    return {
        "id": change_material(
            **act_of(request), material_id=material_id, facts=MaterialFacts(**typed), retired=retired
        )
    }
