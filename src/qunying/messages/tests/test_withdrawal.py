"""Withdrawing consent stops what is queued, while a worker is in the middle of the queue."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from qunying.accounts.models import Brand
from qunying.members.models import Consent
from qunying.messages.actions.create_channel import create_channel
from qunying.messages.actions.suppress import suppress
from qunying.messages.models import Send
from qunying.messages.tests.make import NOON, dispatch, make_template, plan, words
from qunying.messages.tests.processes import dispatching, run_to_the_end, start
from qunying.messages.tests.providers import Answer, WebProvider, closing, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def provider(settings: Any) -> Iterator[WebProvider]:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    Brand.objects.create(name="Jade Garden", quiet_from="00:00", quiet_until="00:00")
    with closing(WebProvider()) as provider:
        yield provider


def plan_for(members: int, provider: WebProvider) -> list[Any]:
    """Plan a promotion for many members with phone and consent."""
    channel = create_channel(**words(), kind="webhook", name="SMS", settings={"url": provider.url}).channel_id
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_member (id, name, first_seen_at, created_at, is_staff)"
            " SELECT gen_random_uuid(), 'M' || n, now(), now(), false FROM generate_series(1, %s) n"
            " RETURNING id",
            [members],
        )
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO members_identity (member_id, type, value)"
            " SELECT id, 'phone', '+86' || name FROM members_member"
        )
        cursor.execute(
            "INSERT INTO members_consent (member_id, channel, granted, text_hash, changed_at)"
            " SELECT id, 'sms', true, '', now() FROM members_member"
        )
    plan(ids, channel_id=channel, template_id=make_template())
    return ids


@pytest.mark.parametrize("members", [150, pytest.param(10_000, marks=pytest.mark.full)])
@pytest.mark.parametrize("how", ["consent", "complaint"])
def test_nothing_starts_after_the_withdrawal(members: int, how: str, provider: WebProvider) -> None:
    arrivals: list[float] = []

    def slow(_number: int) -> Answer:
        arrivals.append(time.monotonic())
        time.sleep(0.005)
        return 200, {}, b""

    provider.mood = slow
    ids = plan_for(members, provider)
    worker = start(dispatching(NOON))
    wait_for(lambda: len(arrivals) >= 20)
    if how == "consent":
        Consent.objects.update(granted=False)
    else:
        suppress(**words(), member_ids=ids, scope="promotion", reason="complaint")
    withdrawn_at = time.monotonic()
    assert run_to_the_end(worker, patience=60 + members / 15) == 0
    dispatch(NOON)
    in_flight = [at for at in arrivals if at > withdrawn_at]
    assert len(in_flight) <= 1  # the one call that had passed the gate already
    sent = Send.objects.filter(state="sent").count()
    assert 20 <= sent == len(arrivals) < members
    reason = "no_consent" if how == "consent" else "suppressed"
    assert Send.objects.filter(state="dropped", reason=reason).count() == members - sent
