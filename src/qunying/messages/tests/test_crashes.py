"""A worker killed at any point never makes a message go out twice, and nothing is lost without being told."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from qunying.accounts.models import Brand
from qunying.messages.actions.create_channel import create_channel
from qunying.messages.models import MemberDay, Send
from qunying.messages.sending.lease import LEASE_LASTS
from qunying.messages.tests.make import NOON, dispatch, make_template, plan, words
from qunying.messages.tests.processes import dispatching, race, run_to_the_end, start
from qunying.messages.tests.providers import Answer, WebProvider, closing, wait_for
from qunying.messages.tests.test_webhook_dispatch import reachable

pytestmark = pytest.mark.django_db(transaction=True)
KILLED = 137
LATER = NOON + LEASE_LASTS + timedelta(seconds=1)


@pytest.fixture
def provider(settings: Any) -> Iterator[WebProvider]:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    Brand.objects.create(name="Jade Garden", quiet_from="00:00", quiet_until="00:00")
    with closing(WebProvider()) as provider:
        yield provider


@pytest.fixture
def channel(provider: WebProvider) -> UUID:
    return create_channel(**words(), kind="webhook", name="SMS", settings={"url": provider.url}).channel_id


def come_back_for_days() -> None:
    """Have workers come by again and again."""
    for hours in (0, 1, 2, 12, 47):
        dispatch(LATER + timedelta(hours=hours))


def test_killed_while_deciding_it_goes_out_once_later(provider: WebProvider, channel: UUID) -> None:
    plan([reachable()], channel_id=channel)
    assert run_to_the_end(start(dispatching(NOON), failpoints="messages.gate.judged=exit")) == KILLED
    assert Send.objects.get().state == "leased"
    assert not MemberDay.objects.exists()
    dispatch(NOON)
    assert not provider.taken
    come_back_for_days()
    assert Send.objects.get().state == "sent"
    assert len(provider.taken) == 1


@pytest.mark.parametrize(("point", "taken"), [("messages.gate.passed", 0), ("messages.call.made", 1)])
def test_killed_around_the_call_nobody_knows_and_nobody_sends_again(
    point: str, taken: int, provider: WebProvider, channel: UUID
) -> None:
    plan([reachable(), reachable()], channel_id=channel)
    assert run_to_the_end(start(dispatching(NOON), failpoints=f"{point}=exit")) == KILLED
    assert sorted(Send.objects.values_list("state", flat=True)) == ["calling", "leased"]
    assert len(provider.taken) == taken
    come_back_for_days()
    assert dict(Send.objects.values_list("state", "reason")) == {"unknown": "interrupted", "sent": ""}
    assert len(provider.taken) == taken + 1
    assert max(provider.ids().values()) == 1
    assert MemberDay.objects.count() == 2


def test_killed_during_the_call_nobody_knows_and_nobody_sends_again(
    provider: WebProvider, channel: UUID
) -> None:
    over = threading.Event()

    def hang(_number: int) -> Answer:
        over.wait(60)
        return 200, {}, b""

    provider.mood = hang
    plan([reachable()], channel_id=channel)
    worker = start(dispatching(NOON))
    wait_for(provider.arrived.is_set)
    assert worker.pid
    os.kill(worker.pid, signal.SIGKILL)
    assert run_to_the_end(worker) == -signal.SIGKILL
    over.set()
    come_back_for_days()
    assert Send.objects.get().state == "unknown"
    assert len(provider.taken) == 1


def test_a_worker_that_takes_a_crash_for_a_failure_sends_twice(
    provider: WebProvider, channel: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan([reachable()], channel_id=channel)
    assert run_to_the_end(start(dispatching(NOON), failpoints="messages.call.made=exit")) == KILLED
    monkeypatch.setenv("QUNYING_FAILPOINTS", "messages.unknown=off")
    come_back_for_days()
    assert max(provider.ids().values()) == 2


def test_a_late_answer_still_settles_what_was_called_unknown(provider: WebProvider, channel: UUID) -> None:
    from qunying.messages.sending.gate import pass_gate
    from qunying.messages.sending.lease import reap, take_lease
    from qunying.messages.sending.outcomes import Accepted
    from qunying.messages.sending.settle import settle

    plan([reachable()], channel_id=channel)
    send = Send.objects.select_related("channel").get()
    lease = take_lease(send.channel, 1, NOON)
    (call,) = pass_gate(lease, lease.send_ids, NOON)
    assert reap(LATER) == (0, 1)
    settle(call, Accepted("late"), LATER)
    send.refresh_from_db()
    assert (send.state, send.detail) == ("sent", "late")
    settle(call, Accepted("again"), LATER)
    send.refresh_from_db()
    assert send.detail == "late"


def send_sixty(provider: WebProvider, channel: UUID, failpoints: str = "") -> None:
    """Four workers at once over sixty messages, with a provider that takes its time."""

    def slow(_number: int) -> Answer:
        time.sleep(0.01)
        return 200, {}, b""

    provider.mood = slow
    plan([reachable() for _ in range(60)], channel_id=channel, template_id=make_template())
    race(dispatching(NOON), processes=4, failpoints=failpoints)


def test_several_workers_share_the_work_and_send_each_once(provider: WebProvider, channel: UUID) -> None:
    send_sixty(provider, channel)
    assert set(Send.objects.values_list("state", flat=True)) == {"sent"}
    assert len(provider.ids()) == 60
    assert max(provider.ids().values()) == 1


def test_several_workers_without_leases_send_twice(provider: WebProvider, channel: UUID) -> None:
    for _round in range(
        5
    ):  # whether two workers meet is a matter of luck; that they never do in five rounds is not
        send_sixty(provider, channel, "messages.lease=off")
        if max(provider.ids().values()) > 1:
            return
    pytest.fail("without leases two workers must send the same message")
