"""The API's description of what the settings of each kind of activity may hold."""

from typing import Any

from ninja import Router, Schema

from qunying.activities.kinds import KINDS
from qunying.kernel.web import ApiRequest

router = Router()


class KindOut(Schema):
    """A kind of activity; ``settings`` is the JSON Schema of what an activity of the kind has there."""

    kind: str
    title: str
    summary: str
    settings: dict[str, Any]


class KindList(Schema):
    """All kinds."""

    items: list[KindOut]


@router.get("/activity-kinds", response=KindList, operation_id="activities.list_kinds")
def kinds(request: ApiRequest) -> object:
    """Return the kinds of activities, with the JSON Schema of their settings."""
    request.actor.require("activities.view")
    items = [
        {
            "kind": kind.slug,
            "title": str(kind.title),
            "summary": str(kind.summary),
            "settings": kind.settings.model_json_schema(),
        }
        for kind in KINDS.values()
    ]
    return {"items": items}
