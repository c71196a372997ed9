"""Signed roster feeds: what is signed and fresh is taken over once; everything else is refused whole."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_browser
from qunying.communities.actions.close_roster_feed import close_roster_feed
from qunying.communities.actions.create_roster_feed import create_roster_feed
from qunying.communities.models import GroupMember
from qunying.communities.queries.list_roster_feeds import get_open_feed, secret_of
from qunying.communities.tests.make import make_community
from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.kernel.signed_webhooks import new_secret, sign
from qunying.members.tests.make import NOW, anybody

pytestmark = pytest.mark.django_db
ANN = {"platform_user_id": "w1", "nickname": "Ann", "role": "owner"}


class Sender:
    """A platform's program with the secret of a feed."""

    def __init__(self) -> None:
        self.community = make_community()
        made = create_roster_feed(
            command_id=str(new_id()), actor=anybody(), now=NOW, community_id=self.community.id, name="bridge"
        )
        self.feed_id = made.feed_id
        self.secret = secret_of(get_open_feed(made.feed_id))

    def post(self, people: object, *, type_="roster.changed", secret="", message_id="", late=timedelta()):
        body = json.dumps({"type": type_, "data": {"people": people}}).encode()
        return self.post_bytes(body, secret=secret, message_id=message_id, late=late)

    def post_bytes(self, body: bytes, *, secret="", message_id="", late=timedelta()):
        headers = sign(secret or self.secret, message_id or str(new_id()), clock.now() - late, body)
        address = f"/hooks/rosters/{self.feed_id}/"
        return Client(enforce_csrf_checks=True).post(address, body, "application/json", headers=headers)

    def people(self) -> set[str]:
        present = GroupMember.objects.filter(community=self.community, left_at=None)
        return set(present.values_list("platform_user_id", flat=True))


def test_people_come_and_go() -> None:
    sender = Sender()
    assert sender.post([ANN, {"platform_user_id": "w2"}]).json()["joined"] == 2
    left = {"platform_user_id": "w2", "left_at": (clock.now() + timedelta(seconds=1)).isoformat()}
    assert sender.post([left]).json()["left"] == 1
    assert sender.people() == {"w1"}
    assert sender.post([], type_="roster.complete").json()["left"] == 1
    assert sender.people() == set()


def test_the_same_message_again_has_no_second_effect() -> None:
    sender = Sender()
    first = sender.post([ANN], message_id="m1")
    sender.post([], type_="roster.complete")
    again = sender.post([ANN], message_id="m1")
    assert again.json() == first.json()
    assert sender.people() == set()


def test_what_is_not_signed_or_not_fresh_is_not_believed() -> None:
    sender = Sender()
    refusals = [
        sender.post([ANN], secret=new_secret()),
        sender.post([ANN], late=timedelta(minutes=6)),
        sender.post([ANN], late=timedelta(minutes=-6)),
        Client().post(f"/hooks/rosters/{sender.feed_id}/", b"{}", "application/json"),
    ]
    assert [response.status_code for response in refusals] == [401] * 4
    assert Client().get(f"/hooks/rosters/{sender.feed_id}/").status_code == 405
    close_roster_feed(command_id="c", actor=anybody(), now=NOW, feed_id=sender.feed_id)
    assert sender.post([ANN]).status_code == 404
    assert sender.people() == set()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"type": "roster.changed", "data": {"people": [{"platform_user_id": "a\\u0000b"}]}}',
        b'{"type": "roster.burnt", "data": {"people": []}}',
        b'{"type": "roster.changed", "data": {"people": [{"platform_user_id": "w1", "joined_at": "9999-99-99"}]}}',
        b'{"type": "roster.changed", "data": {"people": [{"platform_user_id": "w1", "joined_at": "2199-01-01T00:00:00Z"}]}}',
    ],
)
def test_signed_nonsense_is_refused_whole(body: bytes) -> None:
    sender = Sender()
    assert sender.post_bytes(body).status_code == 422
    assert sender.people() == set()


def test_the_console_makes_a_feed_and_shows_its_secret() -> None:
    sender, browser = Sender(), make_browser()
    address = f"/console/communities/{sender.community.id}/feeds/"
    page = browser.post(address, {"name": "second"}, follow=True).content.decode()
    assert "second" in page
    assert sender.secret in page
    browser.post(f"{address}{sender.feed_id}/close/")
    assert sender.secret not in browser.get(address).content.decode()
