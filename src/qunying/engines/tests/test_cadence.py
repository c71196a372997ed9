from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.cadence import Post, Rule, Warns, check_cadence, likeness, monday_of

MONDAY = date(2026, 3, 2)
RULE = Rule(most_per_day=2, most_per_week=5, least_per_week=1, hours_between=3, duplicate_days=14)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.fromisoformat("2026-03-02T00:00") + timedelta(days=day, hours=hour, minutes=minute)


def warn(*posts: Post[int], rule: Rule = RULE, days: int = 7) -> list[tuple[str, date, tuple[int, ...]]]:
    found = check_cadence(posts, {"g": rule}, first=MONDAY, last=MONDAY + timedelta(days=days - 1))
    return [(warning.kind, warning.day, warning.keys) for warning in found]


def test_a_quiet_week_has_nothing_to_warn_of():
    assert warn(Post(1, "g", at(0, 9)), Post(2, "g", at(0, 12)), Post(3, "g", at(4, 20))) == []


def test_too_often_on_a_day():
    posts = [Post(number, "g", at(1, 8 + 4 * number)) for number in range(3)]
    assert warn(*posts) == [(Warns.TOO_OFTEN_A_DAY, date(2026, 3, 3), (0, 1, 2))]


def test_too_often_in_a_week():
    posts = [Post(number, "g", at(number, 8)) for number in range(6)]
    assert warn(*posts) == [(Warns.TOO_OFTEN_A_WEEK, MONDAY, (0, 1, 2, 3, 4, 5))]


def test_close_together_and_in_the_same_hour():
    assert warn(Post(1, "g", at(0, 8, 59)), Post(2, "g", at(0, 9))) == [(Warns.TOO_CLOSE, MONDAY, (1, 2))]
    assert warn(Post(1, "g", at(0, 9, 1)), Post(2, "g", at(0, 9, 59))) == [(Warns.SAME_HOUR, MONDAY, (1, 2))]
    anything_goes = Rule(9, 9, 0, 0, 0)
    assert warn(Post(1, "g", at(0, 9)), Post(2, "g", at(0, 10)), rule=anything_goes) == []


def test_across_midnight_and_across_the_border_of_the_range():
    sunday_night = Post(1, "g", at(-1, 23))
    assert warn(sunday_night, Post(2, "g", at(0, 1))) == [(Warns.TOO_CLOSE, MONDAY, (1, 2))]
    assert (Warns.TOO_CLOSE, date(2026, 3, 1), (0, 1)) not in warn(Post(0, "g", at(-1, 22)), sunday_night)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("春季新茶上市，买二送一！ https://a.example/1", "春季 新茶上市 买二送一 https://b.example/2", True),
        ("SALE today: all teas", "Ｓale Today all teas!", True),
        ("春季新茶上市，买二送一", "今晚八点直播，教您泡茶", False),
        ("", "", False),
        ("！！！", "。。。", False),
        ("好", "好", True),
    ],
)
def test_the_same_text_in_other_clothes(first, second, same):
    posts = [Post(1, "g", at(0, 9), first), Post(2, "g", at(3, 9), second)]
    assert (warn(*posts) == [(Warns.DUPLICATE, date(2026, 3, 5), (1, 2))]) is same


def test_a_text_may_come_again_after_a_while_and_elsewhere():
    rule = Rule(9, 9, 0, 0, duplicate_days=3)
    assert warn(Post(1, "g", at(0, 9), "tea"), Post(2, "g", at(3, 9), "tea"), rule=rule) == []
    assert warn(Post(1, "g", at(0, 9), "tea"), Post(2, "h", at(0, 9), "tea")) == []


def test_weeks_that_are_whole_and_empty():
    posts = [Post(1, "g", at(8, 9))]
    assert warn(*posts, days=20) == [(Warns.EMPTY_WEEK, MONDAY, ())]
    assert warn(*posts, days=21) == [
        (Warns.EMPTY_WEEK, MONDAY, ()),
        (Warns.EMPTY_WEEK, date(2026, 3, 16), ()),
    ]


def test_zero_means_none_at_all():
    never = Rule(0, 0, 0, 0, 0)
    assert warn(Post(1, "g", at(0, 9)), rule=never) == [
        (Warns.TOO_OFTEN_A_DAY, MONDAY, (1,)),
        (Warns.TOO_OFTEN_A_WEEK, MONDAY, (1,)),
    ]


def test_communities_without_a_rule_are_not_looked_at():
    posts = [Post(number, "other", at(0, 9)) for number in range(9)]
    assert warn(*posts, rule=Rule(least_per_week=0)) == []


MINUTES = st.integers(min_value=-3 * 1440, max_value=20 * 1440)
RULES = st.builds(
    Rule,
    most_per_day=st.integers(0, 4),
    most_per_week=st.integers(0, 9),
    least_per_week=st.integers(0, 3),
    hours_between=st.integers(0, 30),
    duplicate_days=st.integers(0, 20),
)
POSTS = st.lists(st.tuples(MINUTES, st.sampled_from(["", "tea", "coffee"])), max_size=14)


@given(POSTS, RULES)
def test_warnings_are_those_of_the_plain_reading(rows, rule):
    """Against counting by hand, in the slowest way there is."""
    posts = [Post(key, "g", at(0, 0, minutes), text) for key, (minutes, text) in enumerate(rows)]
    first, last = MONDAY, MONDAY + timedelta(days=16)
    found = check_cadence(posts, {"g": rule}, first=first, last=last)
    days = {first + timedelta(days=number) for number in range(17)}
    by_day = {day: [post for post in posts if post.at.date() == day] for day in days}
    assert {w.day for w in found if w.kind is Warns.TOO_OFTEN_A_DAY} == {
        day for day, own in by_day.items() if len(own) > rule.most_per_day
    }
    for monday in (MONDAY, MONDAY + timedelta(days=7)):
        own = [post for post in posts if monday_of(post.at.date()) == monday]
        kinds = {w.kind for w in found if w.day == monday}
        assert (Warns.TOO_OFTEN_A_WEEK in kinds) == (len(own) > rule.most_per_week)
        assert (Warns.EMPTY_WEEK in kinds) == (len(own) < rule.least_per_week)
    doubles = {
        frozenset((one.key, other.key))
        for one in posts
        for other in posts
        if one.key < other.key
        and one.text
        and one.text == other.text
        and abs(one.at - other.at) < timedelta(days=rule.duplicate_days)
        and first <= max(one.at, other.at).date() <= last
    }
    assert {frozenset(w.keys) for w in found if w.kind is Warns.DUPLICATE} == doubles


@given(POSTS, RULES)
def test_posts_with_room_between_them_are_never_too_close(rows, rule):
    spread = [
        Post(key, "g", at(0, 0) + key * timedelta(hours=max(1, rule.hours_between)), text)
        for key, (_minutes, text) in enumerate(rows)
    ]
    found = check_cadence(spread, {"g": rule}, first=MONDAY, last=MONDAY + timedelta(days=40))
    assert not {w.kind for w in found} & {Warns.TOO_CLOSE, Warns.SAME_HOUR}


@given(POSTS, RULES, st.randoms(use_true_random=False))
def test_order_of_arrival_makes_no_difference(rows, rule, luck):
    posts = [Post(key, "g", at(0, 0, minutes), text) for key, (minutes, text) in enumerate(rows)]
    shuffled = sorted(posts, key=lambda post: (post.at, luck.random()))
    luck.shuffle(shuffled)
    ranges = {"first": MONDAY, "last": MONDAY + timedelta(days=16)}

    def brief(order):
        return sorted((w.kind, w.day, w.count) for w in check_cadence(order, {"g": rule}, **ranges))

    assert brief(posts) == brief(shuffled)


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_symmetric_ratio(one, other):
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1
    assert likeness(one, one) in {0.0, 1.0}
