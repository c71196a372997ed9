"""The daily limit under several workers, campaigns and channels at once."""

from collections import Counter

import pytest

from qunying.accounts.models import Brand
from qunying.members.tests.make import make_member
from qunying.messages.actions.create_channel import create_channel
from qunying.messages.built_in import MAILBOX_ID
from qunying.messages.models import MailboxItem, MemberDay, Send
from qunying.messages.tests.make import NOON, make_template, plan, words
from qunying.messages.tests.processes import dispatching, race

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = 2


def sent_per_member(members: int, failpoints: str = "") -> Counter[object]:
    """Plan four campaigns over two channels to the same members, let four workers at them, count what
    arrived.
    """
    Brand.objects.create(name="Jade Garden", quiet_from="00:00", quiet_until="00:00", messages_per_day=LIMIT)
    other = create_channel(**words(), kind="mailbox", name="Second box", settings={}).channel_id
    ids = [make_member(consents={"mailbox": True}).pk for _ in range(members)]
    template = make_template()
    for channel in (MAILBOX_ID, MAILBOX_ID, other, other):
        plan(ids, template_id=template, channel_id=channel)
    # One campaign's batch for each worker: they meet at the same members.
    race(lambda: _in_batches(members), processes=4, failpoints=failpoints)
    return Counter(MailboxItem.objects.values_list("send__member_id", flat=True))


def _in_batches(size: int) -> None:
    from qunying.messages.actions import dispatch_due

    dispatch_due.MAILBOX_BATCH = min(size, 500)
    dispatching(NOON)()


@pytest.mark.parametrize("members", [40, pytest.param(5000, marks=pytest.mark.full)])
def test_nobody_gets_more_than_the_limit(members: int) -> None:
    counts = sent_per_member(members)
    assert len(counts) == members
    assert set(counts.values()) == {LIMIT}
    assert Send.objects.filter(state="dropped", reason="capped").count() == 2 * members
    assert set(MemberDay.objects.values_list("used", flat=True)) == {LIMIT}


def test_looking_before_counting_lets_too_many_through() -> None:
    counts = sent_per_member(40, "messages.cap=off")
    assert max(counts.values()) > LIMIT
