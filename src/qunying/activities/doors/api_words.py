"""What requests about activities have in common: strict bodies and short texts."""

from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, StringConstraints

from qunying.kernel.wire import PLAIN

TEXT = Annotated[str, StringConstraints(max_length=200, pattern=PLAIN)]


class Strict(Schema):
    """A body without unknown fields."""

    model_config = ConfigDict(extra="forbid")
