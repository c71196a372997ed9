"""Send what is due: lease → gate → call → settle, until nothing is due or the time is over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from qunying.kernel.failpoints import failpoint
from qunying.messages.channels.calling import MakeCall, open_channel
from qunying.messages.models import Channel
from qunying.messages.sending.gate import pass_gate
from qunying.messages.sending.lease import Lease, channels_with_due, reap, take_lease
from qunying.messages.sending.mailbox import WITHOUT_PROVIDER
from qunying.messages.sending.pace import room_of
from qunying.messages.sending.settle import settle
from qunying.messages.sending.sweep import defer_quiet, drop_stale

MAILBOX_BATCH = 500
CALL_BATCH = 20


@dataclass(frozen=True)
class Dispatched:
    """What one round did: sends taken in hand, dropped as stale, put off by quiet hours, given back and
    called unknown after a crash.
    """

    handled: int
    stale: int
    deferred: int
    freed: int
    unknown: int


def dispatch_due(*, clock: Callable[[], datetime], lasts: timedelta = timedelta(seconds=50)) -> Dispatched:
    """Send what is due on every active channel.

    Not a command: a round is many transactions with calls to providers between them. What makes repeating it
    harmless, also after a crash and beside other workers, is the state of each send. A call whose outcome
    nobody knows is never made again without a person.

    Args:
        clock: tells the time, asked anew for each send, so that a long round keeps quiet hours and days.
        lasts: when to stop taking new sends in hand.
    """
    started = clock()
    freed, unknown = reap(started)
    stale = drop_stale(started)
    deferred = defer_quiet(started)
    handled = 0
    for channel in channels_with_due(started):
        handled += _drain(channel, clock, started + lasts)
    return Dispatched(handled, stale, deferred, freed, unknown)


def _drain(channel: Channel, clock: Callable[[], datetime], until: datetime) -> int:
    handled = 0
    size = MAILBOX_BATCH if channel.kind in WITHOUT_PROVIDER else CALL_BATCH
    while (now := clock()) < until:
        room = room_of(channel, now, size)
        if room.free == 0:
            return handled
        lease = take_lease(channel, room.free, now)
        if not lease.send_ids:
            return handled
        if channel.kind in WITHOUT_PROVIDER:
            pass_gate(lease, lease.send_ids, now)
        else:
            with open_channel(channel) as make_call:
                for send_id in lease.send_ids:
                    _send_one(lease, send_id, make_call, clock)
        handled += len(lease.send_ids)
    return handled


def _send_one(lease: Lease, send_id: UUID, make_call: MakeCall, clock: Callable[[], datetime]) -> None:
    for call in pass_gate(lease, [send_id], clock()):
        outcome = make_call(call, clock())
        failpoint("messages.call.made")
        settle(call, outcome, clock())
