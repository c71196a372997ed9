"""What a person said goes from the stream and from the lake; that it happened stays, and so does everybody else's."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from qunying.kernel.ids import new_id
from qunying.stream.events import PRODUCT_REVIEWED
from qunying.stream.export import export_to_lake
from qunying.stream.forgetting import forget_in_lake, forget_words
from qunying.stream.lake import open_analysis
from qunying.stream.tests.make import NOON, make_event

pytestmark = pytest.mark.django_db(transaction=True)


def said() -> dict[str, set[str]]:
    """Return the texts that the lake and what follows it know, by event."""
    with open_analysis() as analysis:
        rows = analysis.events.to_pyarrow().to_pylist()
    texts: dict[str, set[str]] = {}
    for row in rows:
        texts.setdefault(row["name"], set()).update(dict(row["properties"] or {}).values())
    return texts


def test_words_go_and_events_stay(home: Path) -> None:
    gone, other = new_id(), new_id()
    for member_id, words in ((gone, "mine"), (other, "theirs")):
        make_event(type=PRODUCT_REVIEWED, member_id=member_id, properties={"text": words})
        make_event(member_id=member_id, properties={"hand": "left"})
    export_to_lake(NOON)
    make_event(type=PRODUCT_REVIEWED, member_id=gone, properties={"text": "later"})
    assert said()["product_reviewed"] == {"mine", "theirs", "later"}
    with transaction.atomic():
        assert forget_words([gone]) == 2
    assert forget_in_lake([gone]) == 1
    assert forget_in_lake([gone]) == 0
    assert said() == {"product_reviewed": {"theirs"}, "hand_waved": {"left"}}
    with open_analysis() as analysis:
        assert analysis.events.count().to_pyarrow().as_py() == 5
    with pytest.raises(DatabaseError, match="never rewritten"), connection.cursor() as cursor:
        cursor.execute("UPDATE stream_event SET properties = '{}'")
