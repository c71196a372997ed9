"""What requests about activities have in common: short texts."""

from typing import Annotated

from pydantic import StringConstraints

from qunying.kernel.wire import PLAIN

TEXT = Annotated[str, StringConstraints(max_length=200, pattern=PLAIN)]
