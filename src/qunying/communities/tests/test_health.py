"""Health from the stream: against a slow, obvious count; planted declines; pages, API and command line."""

import json
import random
import statistics
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from qunying.accounts.tests.make import make_browser, make_program
from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.doors.cli import app
from qunying.communities.models import Community, GroupMember
from qunying.communities.queries.measure_health import WEEKS, Health, measure_health
from qunying.communities.tests.make import make_community, take_over
from qunying.engines.community_health import gini
from qunying.kernel.ids import derived_id
from qunying.members.tests.make import make_member
from qunying.stream.lake import memory_analysis

pytestmark = pytest.mark.django_db
ZONE = "Asia/Shanghai"
START, END = date(2026, 3, 1), date(2026, 3, 30)
AT = datetime(2026, 3, 10, 4, tzinfo=UTC)


def post(community: Community, who: object, at: datetime, key: str, reply_to: str = "") -> dict[str, Any]:
    known = isinstance(who, UUID)
    return {
        "name": "message_posted",
        "community_id": community.id,
        "member_id": who if known else None,
        "anonymous_id": None if known else derived_id("test", str(who)),
        "content_id": derived_id("message", key),
        "occurred_at": at,
        "properties": {"reply_to": str(derived_id("message", reply_to))} if reply_to else {},
    }


def measure(events: list[dict[str, Any]], *communities: Community) -> list[Health]:
    with memory_analysis(events) as analysis:
        found = measure_health(analysis, [one.id for one in communities], start=START, end=END, zone=ZONE)
    return [found[one.id] for one in communities]


def stay(community: Community, key: str, joined: date, left: date | None = None, member=None) -> None:
    at = datetime(joined.year, joined.month, joined.day, 4, tzinfo=UTC)
    gone = datetime(left.year, left.month, left.day, 4, tzinfo=UTC) if left else None
    GroupMember.objects.create(
        community=community, platform_user_id=key, joined_at=at, left_at=gone, member=member, source="live"
    )


def test_people_who_come_stay_and_go() -> None:
    community = make_community()
    stay(community, "before", date(2026, 1, 1))
    stay(community, "left", date(2026, 1, 1), date(2026, 3, 5))
    stay(community, "long gone", date(2026, 1, 1), date(2026, 2, 5))
    stay(community, "new", date(2026, 3, 5))
    stay(community, "later", date(2026, 4, 2))
    (health,) = measure([], community)
    figures = health.figures
    assert (figures.people_before, figures.people, figures.joined, figures.left) == (2, 2, 1, 1)
    assert health.sources == {"live": 1}
    assert figures.messages is None, "no message was ever recorded: nothing is known of the talk"


def test_answers_are_of_somebody_else_and_within_a_day() -> None:
    community, other = make_community(), make_community()
    events = [
        post(community, "ann", AT, "q1"),
        post(community, "ann", AT + timedelta(minutes=1), "bump", "q1"),
        post(community, "bob", AT + timedelta(minutes=30), "a1", "q1"),
        post(community, "cid", AT + timedelta(minutes=90), "a2", "q1"),
        post(community, "bob", AT, "q2"),
        post(community, "ann", AT + timedelta(hours=30), "a3", "q2"),
        post(community, "cid", AT, "q3"),
        post(other, "ann", AT + timedelta(minutes=5), "elsewhere", "q3"),
    ]
    health, _other = measure(events, community, other)
    figures = health.figures
    assert (figures.messages, figures.speakers, figures.spoken_days) == (7, 3, 2)
    assert (figures.openers, figures.answered) == (3, 1)
    assert figures.reply_minutes == pytest.approx((30 + 30 * 60) / 2)


def test_money_and_activity_are_those_of_the_people_who_are_in() -> None:
    ann, bob = make_member(email="ann@example.com"), make_member()
    community = make_community()
    stay(community, "w1", date(2026, 1, 1), member=ann)
    day = {"occurred_at": AT}
    events = [
        {"name": "order_paid", "member_id": ann.id, "amount": 900, **day},
        {"name": "order_refunded", "member_id": ann.id, "amount": -200, **day},
        {"name": "order_paid", "member_id": bob.id, "amount": 5000, **day},
        {"name": "order_paid", "member_id": ann.id, "amount": 800, "occurred_at": AT - timedelta(days=90)},
    ]
    (health,) = measure(events, community)
    assert (health.figures.active, health.figures.buyers, health.orders) == (1, 1, 1)
    assert health.sales_minor == 700
    assert health.sales_per_member_minor == 700


def obvious(events: list[dict[str, Any]], community: Community) -> dict[str, Any]:
    """The same counts, one message after the other."""
    mine = [event for event in events if event["community_id"] == community.id]
    within = [event for event in mine if START <= (event["occurred_at"] + timedelta(hours=8)).date() <= END]
    author = {event["content_id"]: event["anonymous_id"] for event in mine}
    each = Counter(event["anonymous_id"] for event in within)
    waits, openers = [], 0
    for event in within:
        if event["properties"]:
            continue
        openers += 1
        replies = [
            other["occurred_at"]
            for other in mine
            if other["properties"].get("reply_to") == str(event["content_id"])
            and other["anonymous_id"] != author[event["content_id"]]
            and other["occurred_at"] >= event["occurred_at"]
        ]
        waits.append((min(replies) - event["occurred_at"]).total_seconds() / 60 if replies else None)
    known = [wait for wait in waits if wait is not None]
    busiest = sorted(each.values(), reverse=True)[: -(-len(each) // 10)]
    return {
        "messages": len(within),
        "speakers": len(each),
        "spoken_days": len({(event["occurred_at"] + timedelta(hours=8)).date() for event in within}),
        "openers": openers,
        "answered": sum(wait is not None and wait <= 1440 for wait in waits),
        "reply_minutes": statistics.median(known) if known else None,
        "gini": gini(list(each.values())),
        "top_share": sum(busiest) / len(within) if within else None,
    }


def talk(community: Community, seed: int, count: int) -> list[dict[str, Any]]:
    """Made-up talk: openers and replies of a few people, some before and after the period."""
    chance = random.Random(seed)
    people = [f"{seed}-{number}" for number in range(chance.randint(1, 25))]
    start = datetime(2026, 2, 20, tzinfo=UTC)
    events: list[dict[str, Any]] = []
    for number in range(count):
        at = start + timedelta(minutes=chance.randint(0, 45 * 1440))
        reply = f"{seed}-{chance.randrange(number)}" if number and chance.random() < 0.6 else ""
        who = people[min(int(chance.expovariate(0.3)), len(people) - 1)]
        events.append(post(community, who, at, f"{seed}-{number}", reply))
    return events


def test_talk_is_counted_like_one_by_one() -> None:
    communities = [make_community() for _number in range(4)]
    sizes = [0, 1, 40, 300]
    events = [
        event
        for seed, (community, size) in enumerate(zip(communities, sizes, strict=True))
        for event in talk(community, seed, size)
    ]
    for community, health in zip(communities, measure(events, *communities), strict=True):
        expected = obvious(events, community)
        top = expected.pop("top_share")
        if not any(event["community_id"] == community.id for event in events):
            assert health.figures.messages is None
            continue
        for name, value in expected.items():
            assert getattr(health.figures, name) == (None if value is None else pytest.approx(value)), name
        assert health.top_share == (None if top is None else pytest.approx(top))


def weekly_talk(community: Community, people: int, factor: float) -> list[dict[str, Any]]:
    """Twelve weeks of talk whose last six change by ``factor`` a week."""
    events = []
    monday = datetime(2026, 1, 5, 4, tzinfo=UTC)
    for week in range(WEEKS):
        speakers = round(people * factor ** max(week - 6, 0))
        for number in range(speakers):
            for turn in range(3):
                at = monday + timedelta(weeks=week, hours=2 * number + 30 * turn)
                events.append(post(community, number, at, f"{community.id}-{week}-{number}-{turn}"))
    return events


def test_a_planted_decline_is_warned_of_and_a_steady_community_is_not() -> None:
    steady, falling = make_community(), make_community()
    events = [*weekly_talk(steady, 40, 1.0), *weekly_talk(falling, 40, 0.8)]
    calm, alarmed = measure(events, steady, falling)
    assert calm.outlook.state == "steady"
    assert alarmed.outlook.state == "warning"
    assert {sign.series for sign in alarmed.outlook.signs} >= {"messages", "speakers"}
    assert [week.messages for week in calm.weeks] == [120] * WEEKS
    assert calm.weeks[0].start.weekday() == 0
    assert calm.weeks[-1].start == date(2026, 3, 23)


@pytest.mark.usefixtures("home")
def test_every_door_shows_the_same_health() -> None:
    community = make_community("Tea")
    take_over(community, RosterRow(platform_user_id="w1"), RosterRow(platform_user_id="w2"))
    make_community("Shut", state="closed")
    program = make_program()
    period = "start=2026-03-01&end=2026-03-30"
    listed = program.get(f"/api/v1/communities/health?{period}").json()["items"]
    assert [row["name"] for row in listed] == ["Tea"]
    alone = program.get(f"/api/v1/communities/{community.id}/health?{period}").json()
    assert alone == listed[0]
    assert (alone["people"], alone["joined"], alone["messages"]) == (2, 2, None)
    ran = CliRunner().invoke(app, ["health", "--start", "2026-03-01", "--end", "2026-03-30", "--json"])
    told = json.loads(ran.stdout)["communities"][0]
    assert told["community_id"] == str(community.id)
    assert told["score"] == pytest.approx(alone["score"])
    browser = make_browser()
    assert "Tea" in browser.get(f"/console/communities/health/?{period}").content.decode()
    page = browser.get(f"/console/communities/{community.id}/health/?{period}").content.decode()
    assert "Gini coefficient" in page
    for address in ("/console/communities/health/", f"/console/communities/{community.id}/health/"):
        assert browser.get(f"{address}?format=csv")["Content-Type"].startswith("text/csv")
        assert browser.get(f"{address}?start=9999-12-31&end=0001-01-01").status_code == 200
