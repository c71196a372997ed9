"""What requests about activities have in common: strict bodies, who asks, the three arguments of every action."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import ConfigDict, StringConstraints

from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.web import command_id_of

TEXT = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]


class Strict(Schema):
    """A body without unknown fields."""

    model_config = ConfigDict(extra="forbid")


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def words_of(request: HttpRequest) -> dict[str, Any]:
    """Return command id, actor and instant."""
    return {"command_id": command_id_of(request), "actor": actor_of(request), "now": clock.now()}
