"""Rules as sentences: numbers with their words, codes by their names."""

import pytest
from django.utils.translation import override

from qunying.members.queries.attribute_titles import VALUE_TITLES
from qunying.segments.rules.words import describe_rule


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"event": "order_paid", "count": {"at_least": 1}}, "“Order paid” at least 1 time"),
        (
            {"event": "order_paid", "count": {"at_least": 1, "at_most": 3}, "within": {"days": 1}},
            "“Order paid” at least 1, at most 3 times (in the last 1 day)",
        ),
        (
            {"event": "order_paid", "sum": "quantity", "at_least": 1, "where": [{"property": "number", "in": ["7"]}]},
            "“Order paid”: at least 1 unit in all (order number is 7)",
        ),
        ({"attribute": "tier", "in": ["silver", "gone"]}, "Tier is Silver card or gone"),
        ({"attribute": "city", "not_in": ["silver"]}, "City is not silver"),
    ],
)  # fmt: skip
def test_a_rule_reads_as_a_sentence(
    rule: dict[str, object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(VALUE_TITLES, "tier", lambda: {"silver": "Silver card"})
    with override("en"):
        assert describe_rule(rule) == said
