"""What a rule may not say, and where it is told so."""

import json
from typing import Any

import pytest
from django.utils import translation

from qunying.segments.rules.reading import (
    RuleInvalid,
    find_mistakes,
    read_rule,
    read_rule_text,
    rule_schema,
    write_rule,
)

EXAMPLE = """
{"all": [
  {"attribute": "country", "in": ["Germany", "France"]},
  {"event": "order_paid", "count": {"at_least": 2}, "within": {"days": 180}},
  {"event": "order_paid", "sum": "amount", "at_least": 50000, "between": ["2011-06-01", "2011-12-01"]},
  {"event": "order_line_paid", "where": [{"property": "stock_code", "in": ["85123A"]}],
   "count": {"at_least": 1}},
  {"not": {"event": "message_clicked", "count": {"at_least": 1}, "within": {"days": 30}}},
  {"any": [{"rfm": {"recency": [4, 5]}}, {"lifecycle": ["loyal"]}, {"tag": "vip"},
   {"segment": "summer-buyers"}]},
  {"event": "order_paid", "first": {"before": "2011-03-01"}}
]}
"""


def nested(depth: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"tag": "x"}
    for _each in range(depth):
        rule = {"not": rule}
    return rule


def paid(**words: Any) -> dict[str, Any]:
    return {"event": "order_paid", **words}


def test_the_example_reads_and_says_the_same_when_written() -> None:
    assert write_rule(read_rule(read_rule_text(EXAMPLE))) == json.loads(EXAMPLE)


@pytest.mark.parametrize(
    ("rule", "path", "words"),
    [
        (
            {"all": [{"tag": "x"}, paid(count={"at_least": 1}, within={"dayz": 3})]},
            "all[1].within.dayz",
            "“days”",
        ),
        ({"any": [{"attribute": "c", "inn": ["a"]}]}, "any[0].inn", "“in”"),
        (paid(never=True, wher=[]), "wher", "“where”"),
        (paid(count={"at_leas": 1}), "count.at_leas", "“at_least”"),
        (paid(never=True, where=[{"propety": "x", "known": True}]), "where[0].property", "missing"),
        ({"zzz": 1}, "rule", "needs one of all, any, not"),
        ([], "rule", "needs one of all, any, not"),
        ({"all": [3]}, "all[0]", "not a condition"),
        ({"all": []}, "all", "at least 1"),
        ({"attribute": 3, "in": ["x"]}, "attribute", "must be text"),
        ({"attribute": "a", "in": "x"}, "in", "must be a list"),
        ({"attribute": "a"}, "rule", "asks nothing"),
        ({"attribute": "a", "equals": 5}, "equals", "must be text"),
        ({"attribute": "a", "at_least": True}, "at_least", "must be a number"),
        ({"attribute": "a", "at_least": 10**16}, "at_least", "must be at most"),
        (paid(sum="amt", at_least=1), "sum", "'amount' or 'quantity'"),
        (paid(sum="amount", at_least=1.5), "at_least", "whole number"),
        (paid(sum="amount"), "rule", "asks nothing"),
        (paid(count={"at_least": "2"}), "count.at_least", "whole number"),
        (paid(count={"at_least": True}), "count.at_least", "whole number"),
        (paid(count={"at_least": -1}), "count.at_least", "at least 0"),
        (paid(count={}), "count", "asks nothing"),
        (paid(), "rule", "exactly one of count, never, sum, first, last"),
        (paid(never=True, count={"at_least": 1}), "rule", "exactly one of"),
        (paid(count={"at_least": 1}, at_least=2), "rule", "belongs to “sum”"),
        (paid(never=False), "never", "must be one of true"),
        (paid(never=True, within={"days": 1}, between=["2011-01-01", "2011-01-02"]), "rule", "used together"),
        (paid(never=True, between=["2011-01-02", "2011-01-01"]), "rule", "must end after it begins"),
        (paid(never=True, between=["2011-01-02"]), "between", "at least 2"),
        (paid(never=True, between=["2011-02-29", "2011-03-01"]), "between[0]", "date such as"),
        (paid(never=True, between=["20110228", "2011-03-01"]), "between[0]", "date such as"),
        (paid(never=True, between=["0001-01-01", "2011-03-01"]), "between[0]", "date such as"),
        (paid(never=True, within={"days": 1, "weeks": 1}), "within", "exactly one of hours"),
        (paid(never=True, within={"days": 0}), "within.days", "at least 1"),
        (paid(first={}), "first", "asks nothing"),
        (paid(never=True, where=[{"property": "amount", "equals": "x"}]), "where[0]", "are whole numbers"),
        (paid(never=True, where=[{"property": "store", "in": [5]}]), "where[0]", "are texts"),
        (
            paid(never=True, where=[{"property": "store", "in": [1.5]}]),
            "where[0].in[0]",
            "text or a whole number",
        ),
        (paid(never=True, where=[{"property": "currency", "at_least": 1}]), "where[0]", "not a number"),
        ({"rfm": {}}, "rfm", "asks nothing"),
        ({"rfm": {"recency": [11]}}, "rfm.recency[0]", "at most 10"),
        ({"rfm": {"recensy": [1]}}, "rfm.recensy", "“recency”"),
        ({"lifecycle": ["gone"]}, "lifecycle[0]", "must be one of 'potential'"),
        ({"segment": "A b"}, "segment", "short name"),
        ({"consent": "email", "state": "yes"}, "state", "must be one of"),
        ({"tag": None}, "tag", "leave it out"),
        ({"tag": "a\x00"}, "tag", "character"),
        ({"tag": "a\ud800"}, "tag", "character"),
        ({"tag": ""}, "tag", "must not be empty"),
        ({"tag": "x", "attribute": "y", "known": True}, "tag", "unknown key"),
        ({"all": [{"tag": "x"}], "any": [{"tag": "x"}]}, "any", "unknown key"),
        (nested(25), ".".join(["not"] * 21), "nested too deep"),
        ({"any": [{"tag": str(number)} for number in range(2001)]}, "any", "too many parts"),
    ],
)
def test_a_mistake_is_named_with_its_place(rule: object, path: str, words: str) -> None:
    with translation.override("en"):
        mistakes = find_mistakes(rule)
        with pytest.raises(RuleInvalid) as refused:
            read_rule(rule)
    assert path in {mistake.path for mistake in mistakes} or words == "too many parts"
    assert any(words in mistake.message for mistake in mistakes)
    assert refused.value.fields["mistakes"] == len(mistakes)
    assert mistakes[0].message in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "[1,", '{"tag": NaN}', "[" * 100_000, "9" * 5000, "x" * 300_000])
def test_text_that_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(RuleInvalid):
        read_rule(read_rule_text(text))


def test_several_mistakes_are_found_at_once() -> None:
    rule = {"all": [{"tagg": "x"}, {"event": "e", "count": {"at_least": "1"}, "within": {"dayz": 1}}]}
    assert [mistake.path for mistake in find_mistakes(rule)] == [
        "all[0]",
        "all[1].count.at_least",
        "all[1].within.dayz",
    ]


def test_the_schema_describes_every_condition_and_knows_no_null() -> None:
    schema = rule_schema()
    assert '"null"' not in json.dumps(schema)
    assert schema["$defs"]["EventCondition"]["additionalProperties"] is False
    assert len(schema["oneOf"]) == 10
