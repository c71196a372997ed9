"""Whatever the events and whatever the rule: the plan finds exactly the members that the obvious evaluator
finds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.segments.rules.asking import matching_members, scored_members
from qunying.segments.rules.plan import Question, ReferredSegment
from qunying.segments.rules.policy import DEFAULT_STAGES, policy_of
from qunying.segments.rules.reading import read_rule, write_rule
from qunying.segments.tests.make import make_event, member_number
from qunying.segments.tests.reference import Reference
from qunying.stream.lake import memory_analysis

AS_OF = datetime(2024, 3, 31, 4, 30, tzinfo=UTC)
ZONES = ["Asia/Shanghai", "Europe/London", "America/Sao_Paulo", "UTC"]
# Odd minutes and midnights near the borders that windows have.
_instants = st.one_of(
    st.integers(0, 800 * 24 * 60).map(lambda minutes: AS_OF - timedelta(minutes=minutes)),
    st.integers(-2, 100).map(lambda hours: AS_OF - timedelta(hours=hours)),
    st.integers(0, 60).map(lambda days: AS_OF - timedelta(days=days, hours=12, minutes=30)),
)
_members = st.integers(1, 6)
_texts = st.sampled_from(["Germany", "France", "", "12", "-3.5", "007", "1e3", " 5", "nan", "中国"])
_sizes = st.sampled_from(["equals", "at_least", "at_most", "more_than", "less_than"])


@st.composite
def _events(draw: st.DrawFn) -> list[dict[str, Any]]:
    created = [
        make_event("member_created", number, draw(_instants))
        for number in range(1, 7)
        for _again in range(draw(st.sampled_from([1, 1, 1, 0, 2])))
    ]
    return created + draw(st.lists(_event(), max_size=25))


@st.composite
def _event(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(
        st.sampled_from(
            [
                "order_paid",
                "order_paid",
                "order_refunded",
                "order_amended",
                "attribute_changed",
                "tag",
                "consent_changed",
            ]
        )
    )
    member, at = draw(st.one_of(st.none(), _members, _members, _members)), draw(_instants)
    received_at = at + timedelta(seconds=draw(st.integers(0, 3)))
    if name == "attribute_changed":
        attribute = draw(st.sampled_from(["country", "age"]))
        return make_event(
            name, member, at, attribute=attribute, old="", new=draw(_texts), received_at=received_at
        )
    if name == "tag":
        return make_event(draw(st.sampled_from(["tag_added", "tag_removed"])), member, at, tag="vip")
    if name == "consent_changed":
        return make_event(
            name, member, at, channel="email", new=draw(st.sampled_from(["granted", "withdrawn"]))
        )
    sign = -1 if name == "order_refunded" else 1
    return make_event(
        name,
        member,
        at,
        amount=draw(st.one_of(st.none(), st.integers(0, 3).map(lambda units: sign * units * 100))),
        quantity=draw(st.one_of(st.none(), st.integers(1, 3))),
        currency=draw(st.sampled_from(["GBP", "CNY", None])),
        product=draw(st.sampled_from(["85123A", "B", None])),
        **draw(st.fixed_dictionaries({}, optional={"store": _texts, "channel": st.just("web")})),
    )


_windows = st.one_of(
    st.fixed_dictionaries({"hours": st.integers(1, 100)}),
    st.fixed_dictionaries({"days": st.integers(1, 800)}),
    st.fixed_dictionaries({"weeks": st.integers(1, 9)}),
    st.fixed_dictionaries({"months": st.integers(1, 14)}),
)
_dates = st.integers(0, 800).map(lambda days: (AS_OF - timedelta(days=days)).date().isoformat())
_periods = st.tuples(_dates, _dates).filter(lambda pair: pair[0] != pair[1]).map(sorted)


def _some(words: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """One to two of the words."""
    return st.lists(st.sampled_from(sorted(words)), min_size=1, max_size=2, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({word: words[word] for word in chosen})
    )


_text_words = _some(
    {
        "equals": _texts,
        "in": st.lists(_texts, min_size=1, max_size=2),
        "not_in": st.lists(_texts, min_size=1, max_size=2),
        "at_least": st.sampled_from([0, 7, 12.5, -3.5]),
        "less_than": st.sampled_from([0, 7, 12]),
        "known": st.booleans(),
    }
)
_number_words = _some(
    {
        "equals": st.sampled_from([0, 1, 100]),
        "in": st.lists(st.sampled_from([0, 1, 100, 200]), min_size=1, max_size=2),
        "not_in": st.lists(st.sampled_from([0, 1, 100]), min_size=1, max_size=2),
        "more_than": st.sampled_from([0, 1, 150.5]),
        "at_most": st.sampled_from([0, 2, 200]),
        "known": st.booleans(),
    }
)
_filters = st.one_of(
    st.tuples(st.sampled_from(["store", "channel"]), _text_words).map(
        lambda two: {"property": two[0], **two[1]}
    ),
    st.tuples(st.sampled_from(["amount", "quantity"]), _number_words).map(
        lambda two: {"property": two[0], **two[1]}
    ),
    st.tuples(
        st.sampled_from(["product", "currency"]),
        _some({"equals": st.just("GBP"), "in": st.just(["85123A", "CNY"]), "known": st.booleans()}),
    ).map(lambda two: {"property": two[0], **two[1]}),
)
_moments = _some({"since": _dates, "before": _dates, "within": _windows, "longer_ago_than": _windows})
_counts = st.dictionaries(_sizes, st.integers(0, 3), min_size=1, max_size=2)


@st.composite
def _event_rules(draw: st.DrawFn) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "event": draw(st.sampled_from(["order_paid", "order_paid", "order_refunded", "never_heard_of"]))
    }
    measure = draw(st.sampled_from(["count", "never", "sum", "first", "last"]))
    if measure == "sum":
        rule["sum"] = draw(st.sampled_from(["amount", "quantity"]))
        rule |= draw(st.dictionaries(_sizes, st.sampled_from([-100, 0, 1, 200, 300]), min_size=1, max_size=2))
    else:
        rule[measure] = True if measure == "never" else draw(_counts if measure == "count" else _moments)
    window = draw(st.sampled_from(["", "within", "between"]))
    if window:
        rule[window] = draw(_windows if window == "within" else _periods)
    if draw(st.booleans()):
        rule["where"] = draw(st.lists(_filters, max_size=2))
    return rule


_scores = st.lists(st.integers(1, 5), min_size=1, max_size=3)
_conditions = st.one_of(
    _event_rules(),
    _event_rules(),
    st.tuples(st.sampled_from(["country", "age", "shoe"]), _text_words).map(
        lambda two: {"attribute": two[0], **two[1]}
    ),
    st.just({"tag": "vip"}),
    st.sampled_from(["granted", "withdrawn", "unknown"]).map(
        lambda state: {"consent": "email", "state": state}
    ),
    st.just({"consent": "email"}),
    _some({"recency": _scores, "frequency": _scores, "monetary": _scores}).map(
        lambda scores: {"rfm": scores}
    ),
    st.lists(st.sampled_from([row["stage"] for row in DEFAULT_STAGES]), min_size=1, max_size=3).map(
        lambda stages: {"lifecycle": stages}
    ),
    st.sampled_from(["regulars", "listed"]).map(lambda slug: {"segment": slug}),
)
_rules = st.recursive(
    _conditions,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)
SEGMENTS: dict[str, Any] = {
    "regulars": {"event": "order_paid", "count": {"at_least": 2}, "within": {"days": 365}},
    "listed": {member_number(1), member_number(4), member_number(99)},
}


def _find_segment(slug: str) -> ReferredSegment | None:
    found = SEGMENTS[slug]
    if isinstance(found, set):
        return ReferredSegment(slug, member_ids=tuple(sorted(found)))
    return ReferredSegment(slug, rule=read_rule(found))


@pytest.fixture(autouse=True, scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    from django.test import override_settings

    with override_settings(HOME=tmp_path_factory.mktemp("home")):
        yield


_worlds = {
    "events": _events(),
    "rules": st.lists(_rules, min_size=4, max_size=6),
    "zone": st.sampled_from(ZONES),
    "window": st.sampled_from([None, 40, 365]),
}
_patient = [HealthCheck.too_slow, HealthCheck.data_too_large]


@given(**_worlds)
@settings(max_examples=12, deadline=None, suppress_health_check=_patient)
def test_the_plan_finds_whom_the_reference_finds(
    events: list[dict[str, Any]], rules: list[Any], zone: str, window: int | None
) -> None:
    _compare(events, rules, zone, window)


@pytest.mark.full
@given(**_worlds)
@settings(max_examples=400, deadline=None, suppress_health_check=_patient)
def test_the_plan_finds_whom_the_reference_finds_many_times(
    events: list[dict[str, Any]], rules: list[Any], zone: str, window: int | None
) -> None:
    _compare(events, rules, zone, window)


def _compare(events: list[dict[str, Any]], rules: list[Any], zone: str, window: int | None) -> None:
    reference = Reference(events, AS_OF, zone, DEFAULT_STAGES, SEGMENTS, window)
    question = Question(AS_OF, zone, policy_of(1, DEFAULT_STAGES, window, 5), _find_segment)
    with memory_analysis(events, AS_OF) as analysis:
        for source in rules:
            rule = read_rule(source)
            assert write_rule(rule) == source
            found = matching_members(analysis, rule, question).to_pyarrow()["member_id"].to_pylist()
            assert sorted(found) == reference.matching(source), source


@given(events=_events(), zone=st.sampled_from(ZONES), window=st.sampled_from([None, 40, 365]))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_scores_and_stages_are_those_of_the_reference(
    events: list[dict[str, Any]], zone: str, window: int | None
) -> None:
    reference = Reference(events, AS_OF, zone, DEFAULT_STAGES, SEGMENTS, window)
    question = Question(AS_OF, zone, policy_of(1, DEFAULT_STAGES, window, 5))
    with memory_analysis(events, AS_OF) as analysis:
        rows = {row["member_id"]: row for row in scored_members(analysis, question).to_pyarrow().to_pylist()}
    assert sorted(rows) == reference.members
    expected = reference.scores()
    for member, row in rows.items():
        scores = {name: row[f"{name}_score"] for name in ("recency", "frequency", "monetary")}
        assert scores == expected.get(member, {"recency": None, "frequency": None, "monetary": None})
        assert row["stage"] == reference.stage(member)
