from datetime import timedelta
from uuid import uuid4

import numpy as np
import pytest

from qunying.communities.actions.restrict_member import restrict_member
from qunying.communities.tests.make import make_community
from qunying.content.queries.voices import list_voices
from qunying.content.tests.make import by
from qunying.members.tests.make import NOW, make_member
from qunying.stream.lake import memory_analysis

PERIOD = {"start": NOW - timedelta(days=30), "end": NOW, "now": NOW}
pytestmark = pytest.mark.django_db


class Talk:
    """Things said by people of these names, as events."""

    def __init__(self):
        self.rows = []
        self.people = {}

    def person(self, name):
        return self.people.setdefault(name, uuid4())

    def say(self, name, reply_to=None, event="message_posted", days_ago=5.0, **fields):
        item = uuid4()
        properties = {"reply_to": str(reply_to)} if reply_to else {}
        self.rows.append(self.row(event, name, item, properties, days_ago) | fields)
        return item

    def like(self, name, item):
        self.rows.append(self.row("board_post_liked", name, item, {}, 4.0))

    def accept(self, name, author, item):
        properties = {"accepted_by": str(self.person(name))}
        self.rows.append(self.row("board_answer_accepted", author, item, properties, 4.0))

    def row(self, event, name, item, properties, days_ago):
        return {
            "name": event,
            "member_id": self.person(name),
            "content_id": item,
            "occurred_at": NOW - timedelta(days=days_ago),
            "properties": properties,
        }

    def voices(self, voice, **options):
        names = {str(person): name for name, person in self.people.items()}
        with memory_analysis(self.rows) as analysis:
            found = list_voices(analysis, voice, **{**PERIOD, **options})
        return {names.get(one.person, one.person): one for one in found}


def test_planted_helpers_lead_and_planted_talkers_do_not(home):
    random, talk = np.random.default_rng(5), Talk()
    crowd = [f"member {number}" for number in range(80)]
    for helper in ("helper a", "helper b"):
        for name in random.choice(crowd, 30, replace=False):
            question = talk.say(name)
            answer = talk.say(helper, question)
            if random.random() < 0.7:
                talk.say(name, answer)
            talk.like(random.choice(crowd), answer)
    for talker in ("talker a", "talker b"):
        said = [talk.say(talker, random.choice([None, uuid4()])) for _number in range(1500)]
        for item in random.choice(said, 40, replace=False):
            talk.say(random.choice(crowd), item)
    for _number in range(300):  # two who talk only with each other
        item = talk.say("friend a")
        talk.say("friend a", talk.say("friend b", item))
    for voice in ("leader", "helper"):
        ranked = list(talk.voices(voice))
        assert set(ranked[:2]) == {"helper a", "helper b"}, voice
    leaders = talk.voices("leader")
    assert leaders["talker a"].spoken == 1500
    assert leaders["talker a"].people > 20
    assert leaders["talker a"].score < leaders["helper a"].score / 3
    assert leaders["friend a"].people == 1


def test_helpers_are_measured_by_their_answers(home):
    talk = Talk()
    question = talk.say("asker", event="board_post_published")
    answer = talk.say("helper", question, event="board_reply_published")
    talk.say("asker", talk.say("asker", question))
    talk.accept("asker", "helper", answer)
    talk.like("reader", answer)
    talk.like("helper", answer)
    helpers = talk.voices("helper")
    assert list(helpers) == ["helper"]
    one = helpers["helper"]
    assert (one.people, one.responded, one.spoken, one.accepted, one.is_member) == (2, 1, 1, 1, True)


def test_what_is_told_twice_or_out_of_time_counts_once_or_not(home):
    talk = Talk()
    item = talk.say("speaker")
    talk.say("reader", item)
    talk.rows.append(dict(talk.rows[0]))
    talk.say("late", item, days_ago=-1)
    talk.say("early", item, days_ago=31)
    one = talk.voices("leader")["speaker"]
    assert (one.people, one.spoken) == (1, 1)


def test_outsiders_boards_and_communities(home):
    talk = Talk()
    community, board = uuid4(), uuid4()
    inside = talk.say("speaker", community_id=community)
    talk.say("reader", inside, community_id=community)
    talk.rows[0] |= {"member_id": None, "properties": {"platform_user_id": "wx-1"}}
    elsewhere = talk.say("other")
    talk.say("reader", elsewhere)
    assert list(talk.voices("leader", community_id=community)) == ["wx-1"]
    assert talk.voices("leader")["wx-1"].is_member is False
    assert talk.voices("leader", board_id=board) == {}


def test_the_list_is_as_long_as_asked(home):
    talk = Talk()
    for number in range(5):
        talk.say(f"reader {number}", talk.say(f"speaker {number}"))
    assert len(talk.voices("leader", limit=2)) == 2


def restrict(member, community=None):
    restrict_member(
        **by(),
        member_id=member.pk,
        community_id=community.pk if community else None,
        kind="mute",
        until=NOW + timedelta(days=7),
        reference=f"penalty:{member.pk}",
        takes=["speaking", "rank"],
    )


def test_whom_a_penalty_takes_the_rank_from_is_left_out(home):
    talk, community = Talk(), make_community()
    everywhere, there, free = (make_member() for _number in range(3))
    for number, member in enumerate((everywhere, there, free)):
        talk.people[f"speaker {number}"] = member.pk
        item = talk.say(f"speaker {number}", community_id=community.pk)
        talk.say("reader", item, community_id=community.pk)
    restrict(everywhere)
    restrict(there, community)
    assert set(talk.voices("leader")) == {"speaker 1", "speaker 2"}
    assert set(talk.voices("leader", limit=1)) <= {"speaker 1", "speaker 2"}
    assert set(talk.voices("leader", community_id=community.pk)) == {"speaker 2"}
    over = talk.voices("leader", community_id=community.pk, now=NOW + timedelta(days=8))
    assert set(over) == {"speaker 0", "speaker 1", "speaker 2"}
