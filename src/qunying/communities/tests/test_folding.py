"""What is known of a message does not depend on the order or number of tellings."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import permutations
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from qunying.communities.inbound.folding import Known, add
from qunying.communities.inbound.incoming import Attachment, IncomingMessage

NOW = datetime(2026, 1, 15, 8, tzinfo=UTC)
MOMENTS = st.one_of(st.none(), st.integers(-40, 40).map(lambda minutes: NOW + timedelta(minutes=minutes)))
TELLINGS = st.builds(
    IncomingMessage,
    platform_message_id=st.just("a"),
    change=st.sampled_from(["posted", "edited", "deleted"]),
    sent_at=MOMENTS,
    changed_at=MOMENTS,
    author_id=st.sampled_from(["", "u1", "u2"]),
    text=st.sampled_from(["", "一", "二\0"]),
    attachments=st.sampled_from([[], [Attachment(reference="x")]]),
    reply_to=st.sampled_from(["", "a", "b"]),
    from_robot=st.booleans(),
)


@given(st.lists(TELLINGS, min_size=1, max_size=4))
def test_order_and_repetition_do_not_matter(rows: list[IncomingMessage]) -> None:
    def fold(order: list[IncomingMessage]) -> Known:
        return reduce(lambda known, row: add(known, row, NOW), order, Known())

    expected = fold(rows)
    for order in permutations(rows):
        assert fold([*order, *rows[:2]]) == expected


def test_the_last_edit_counts_also_when_it_goes_back_to_an_earlier_text() -> None:
    texts: list[tuple[Literal["posted", "edited"], str, int | None]] = [
        ("posted", "甲", None),
        ("edited", "乙", 1),
        ("edited", "甲", 2),
        ("edited", "乙", 3),
    ]
    known = Known()
    for change, text, minute in texts:
        at = NOW + timedelta(minutes=minute) if minute else None
        row = IncomingMessage(platform_message_id="a", change=change, text=text, sent_at=NOW, changed_at=at)
        known = add(known, row, NOW + timedelta(hours=1))
        assert known.present is not None
        assert known.present[0].text == text
