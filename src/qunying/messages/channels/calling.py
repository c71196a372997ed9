"""One door to all providers."""

from qunying.messages.models import Channel
from qunying.messages.sending.outcomes import Call, Outcome, Rejected


def make_call(channel: Channel, call: Call) -> Outcome:
    """Hand a message to its provider and return what came of it."""
    return Rejected(f"no client for {channel.kind}")
