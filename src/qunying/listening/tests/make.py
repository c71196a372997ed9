"""Crises for tests."""

from typing import Any

from qunying.listening.actions.open_crisis import open_crisis
from qunying.listening.models import Crisis
from qunying.moderation.tests.make import do


def make_crisis(kind: str = "rumour", **more: Any) -> Crisis:
    """Return an open crisis."""
    crisis_id = do(open_crisis, kind=kind, title="They say our tea is coloured", **more)
    return Crisis.objects.get(pk=crisis_id)
