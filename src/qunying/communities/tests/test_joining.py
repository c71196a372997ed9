"""Join links, leaving, roles: by people and by the last free place."""

from functools import partial

import pytest
from django.test import Client

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_program
from qunying.communities.actions.close_join_link import close_join_link
from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.join_by_link import CommunityFull, join_by_link
from qunying.communities.actions.leave_community import NotInCommunity, leave_community
from qunying.communities.models import GroupMember
from qunying.communities.queries.get_community import JoinLinkNotFound
from qunying.communities.tests.make import make_community, race
from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody, make_member, sign_in
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def link_of(community, source="parcel card"):
    return create_join_link(
        command_id=str(new_id()), actor=anybody(), now=NOW, community_id=community.id, source=source
    )


def join(token: str, member):
    return join_by_link(command_id=str(new_id()), actor=anybody(), now=NOW, token=token, member_id=member.id)


def test_a_link_brings_its_source_and_joining_twice_is_no_mistake() -> None:
    community, member = make_community(), make_member()
    link = link_of(community)
    assert link_of(community).token == link.token
    assert join(link.token, member).already is False
    assert join(link.token, member).already is True
    assert GroupMember.objects.get().source == "parcel card"
    assert Event.objects.filter(name="community_joined", member_id=member.id).count() == 1


def test_a_closed_link_and_a_full_community_let_nobody_in() -> None:
    community = make_community(capacity=1)
    link = link_of(community)
    join(link.token, make_member())
    with pytest.raises(CommunityFull):
        join(link.token, make_member())
    close_join_link(command_id="c", actor=anybody(), now=NOW, link_id=link.link_id)
    with pytest.raises(JoinLinkNotFound):
        join(link.token, make_member())


@pytest.mark.django_db(transaction=True)
def test_ten_people_race_for_three_places() -> None:
    link = link_of(make_community(capacity=3))
    people = [make_member() for _number in range(10)]
    outcomes = race([partial(join, link.token, member) for member in people])
    assert sorted(outcomes) == ["CommunityFull"] * 7 + ["done"] * 3


def test_leaving_ends_the_stay() -> None:
    community, member = make_community(), make_member()
    join(link_of(community).token, member)
    leave_community(command_id="1", actor=anybody(), now=NOW, community_id=community.id, member_id=member.id)
    with pytest.raises(NotInCommunity):
        leave_community(
            command_id="2", actor=anybody(), now=NOW, community_id=community.id, member_id=member.id
        )


def test_the_member_page_joins_on_post_only() -> None:
    community, member, browser = make_community("Tea friends"), make_member(), Client()
    address = f"/m/join/{link_of(community).token}/"
    assert "Tea friends" in browser.get(address).content.decode()
    browser.post(address)
    assert not GroupMember.objects.exists()
    sign_in(browser, member)
    browser.get(address)
    assert not GroupMember.objects.exists()
    browser.post(address)
    assert GroupMember.objects.get().member_id == member.id


def test_console_pages_and_their_permission() -> None:
    browser = make_browser()
    form = {
        "name": "Tea",
        "kind": "interest",
        "platform": "wecom",
        "state": "active",
        "capacity": 200,
        "command_id": "c",
    }
    page = browser.post("/console/communities/new/", form, follow=True)
    assert "Tea" in page.content.decode()
    address = page.redirect_chain[-1][0]
    browser.post(f"{address}links/", {"source": "shop window"})
    assert "shop window" in browser.get(address).content.decode()
    assert browser.get("/console/communities/").status_code == 200
    assert make_browser(Role.CUSTOMER_SERVICE).get("/console/communities/").status_code == 403


def test_api_walk_through() -> None:
    program, member = make_program(), make_member(email="ann@example.com")
    made = program.post(
        "/api/v1/communities", {"name": "Tea", "kind": "interest", "platform": "qq"}, "application/json"
    )
    assert made.status_code == 201
    here = f"/api/v1/communities/{made.json()['id']}"
    roster = {
        "rows": [{"platform_user_id": "q1", "identities": {"email": "ann@example.com"}}],
        "is_complete": True,
    }
    assert program.post(f"{here}/roster", roster, "application/json").json()["known_members"] == 1
    assert program.get(f"{here}/people").json()["items"][0]["member_id"] == str(member.id)
    assert program.get(f"{here}/summary").json()["people"] == 1
    assert program.get("/api/v1/communities").json()["items"][0]["members"] == 1
    refused = program.post(
        "/api/v1/communities", {"name": "Tea", "kind": "interest", "platform": "qq"}, "application/json"
    )
    assert refused.json()["code"] == "community_name_taken"
