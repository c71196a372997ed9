from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np

from qunying.content.queries.topics import list_heat
from qunying.members.tests.make import NOW
from qunying.stream.lake import memory_analysis

PEOPLE = [uuid4() for _number in range(60)]


def said(topics: str, person: UUID | str | None, days_ago: float, **fields):
    properties = {"topics": topics}
    if isinstance(person, str):
        properties["platform_user_id"] = person
    return {
        "name": "board_post_published",
        "occurred_at": NOW - timedelta(days=days_ago),
        "member_id": person if isinstance(person, UUID) else None,
        "content_id": uuid4(),
        "properties": properties,
        **fields,
    }


def heat_of(rows, **options):
    with memory_analysis(rows) as analysis:
        return {heat.name: heat for heat in list_heat(analysis, NOW, **options)}


def test_a_burst_is_hot_a_large_topic_and_a_flood_are_not(home):
    random = np.random.default_rng(1)
    rows = [
        said("daily", PEOPLE[place], day + 0.5)
        for day in range(29)
        for place in random.choice(60, 40, replace=False)
    ]
    rows += [said("fresh", PEOPLE[place], 0.1) for place in range(12)]
    rows += [said("fresh", PEOPLE[0], 9), said("flooded", PEOPLE[0], 10)]
    rows += [said("flooded", PEOPLE[1], 0.2) for _again in range(500)]
    heat = heat_of(rows)
    assert [name for name, topic in heat.items() if topic.is_hot] == ["fresh"]
    assert next(iter(heat)) == "fresh"
    assert (heat["flooded"].people, heat["flooded"].posts) == (1, 500)
    assert heat["daily"].people == 40
    assert 30 < heat["daily"].expected < 41
    assert heat["fresh"].people_before == 1


def test_boards_and_groups_count_alike_and_outsiders_are_people(home):
    community = uuid4()
    rows = [
        said("sun,skin", f"user-{number}", 0.1, name="message_posted", community_id=community)
        for number in range(4)
    ]
    rows += [said("sun", PEOPLE[0], 0.2), said("", PEOPLE[0], 0.2), said("sun", None, 0.2)]
    rows += [said("old", PEOPLE[0], 1.5), said("later", PEOPLE[0], -0.5), said("ancient", PEOPLE[0], 30)]
    heat = heat_of(rows)
    assert {name: topic.people for name, topic in heat.items()} == {"sun": 5, "skin": 4}
    assert {name: topic.people for name, topic in heat_of(rows, community_id=community).items()} == {
        "sun": 4,
        "skin": 4,
    }


def test_silence_has_no_topics(home):
    assert heat_of([]) == {}
