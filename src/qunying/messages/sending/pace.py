"""Pace: how often a credential may be used.

A sliding window kept in the database, so that every process keeps to it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from qunying.kernel.failpoints import disabled_guard
from qunying.messages.models import Channel, ChannelPace

# A call reaches the provider a little after it was let through, and not always equally late.
WINDOW = timedelta(seconds=63)


@dataclass(frozen=True)
class Room:
    """How many calls may go now, and when the next one may when none can."""

    free: int
    next_at: datetime


def room_of(channel: Channel, now: datetime, wanted: int, *, lock: bool = False) -> Room:
    """Return the room that a channel's credential has, locking it until the transaction ends when it is about
    to be used.
    """
    rows = ChannelPace.objects.select_for_update() if lock else ChannelPace.objects.all()
    pace = rows.filter(pk=channel.pace_key).first()
    if pace is not None and pace.blocked_until is not None and pace.blocked_until > now:
        return Room(0, pace.blocked_until)
    if channel.per_minute is None or disabled_guard("messages.pace"):
        return Room(wanted, now)
    if channel.per_minute == 0:
        return Room(0, now + timedelta(hours=1))
    if pace is None and lock:
        ChannelPace.objects.get_or_create(pk=channel.pace_key)
        return room_of(channel, now, wanted, lock=lock)
    recent = [at for at in (pace.granted_at if pace else []) if at > now - WINDOW]
    free = max(0, channel.per_minute - len(recent))
    next_at = now if free else recent[-channel.per_minute] + WINDOW
    return Room(min(free, wanted), next_at)


def take_room(channel: Channel, now: datetime, used: int) -> None:
    """Note that calls were let through. The caller holds the lock of :func:`room_of`."""
    if channel.per_minute is None or not used or disabled_guard("messages.pace"):
        return
    pace = ChannelPace.objects.get(pk=channel.pace_key)
    pace.granted_at = sorted([*(at for at in pace.granted_at if at > now - WINDOW), *[now] * used])
    pace.save(update_fields=["granted_at"])


def block_pace(channel: Channel, until: datetime) -> None:
    """Keep a credential silent until its provider wants to hear from it again."""
    pace, _is_new = ChannelPace.objects.select_for_update().get_or_create(pk=channel.pace_key)
    if pace.blocked_until is None or pace.blocked_until < until:
        pace.blocked_until = until
        pace.save(update_fields=["blocked_until"])
