"""Who a person of a roster is: staff accept, choose another, or say no; the answer is remembered."""

import pytest

from qunying.accounts.tests.make import make_browser
from qunying.communities.actions.decide_match import DoubtNotFound, InAlready, decide_match
from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.models import GroupMember, MatchDoubt
from qunying.communities.person import anonymous_id_of
from qunying.communities.queries.list_doubts import count_doubts
from qunying.communities.tests.make import make_community, take_over
from qunying.kernel.ids import new_id
from qunying.members.queries.get_member import resolve_member_id
from qunying.members.tests.make import NOW, anybody, make_member

pytestmark = pytest.mark.django_db


def doubt_about(nickname: str = "林晓", community=None) -> MatchDoubt:
    community = community or make_community()
    take_over(community, RosterRow(platform_user_id="w1", nickname=nickname))
    return MatchDoubt.objects.get(stay__community=community)


def decide(doubt: MatchDoubt, decision: str, member_id=None) -> None:
    decide_match(
        command_id=str(new_id()),
        actor=anybody(),
        now=NOW,
        doubt_id=doubt.pk,
        decision=decision,
        member_id=member_id,
    )


def test_who_is_recognised_is_known_in_every_group_of_the_platform() -> None:
    lin = make_member(name="林晓")
    doubt = doubt_about()
    decide(doubt, "accepted")
    assert GroupMember.objects.get().member_id == lin.id
    assert resolve_member_id(anonymous_id_of("wecom", "w1")) == lin.id
    elsewhere = take_over(make_community(), RosterRow(platform_user_id="w1", nickname="somebody"))
    assert (elsewhere.known_members, elsewhere.doubtful) == (1, 0)
    with pytest.raises(DoubtNotFound):
        decide(doubt, "rejected")


def test_no_is_remembered() -> None:
    make_member(name="林晓")
    doubt = doubt_about()
    decide(doubt, "rejected")
    assert GroupMember.objects.get().member_id is None
    again = take_over(doubt.stay.community, RosterRow(platform_user_id="w1", nickname="林晓"))
    assert again.doubtful == count_doubts() == 0


def test_another_member_may_be_named() -> None:
    make_member(name="林晓")
    other = make_member(name="Lin")
    decide(doubt_about(), "other", other.id)
    assert GroupMember.objects.get().member_id == other.id


def test_one_answer_settles_all_questions_about_a_person() -> None:
    make_member(name="林晓")
    make_member(name="林晓")
    community = make_community()
    take_over(community, RosterRow(platform_user_id="w1", nickname="林晓"))
    first = MatchDoubt.objects.order_by("pk").first()
    assert first is not None
    decide(first, "accepted")
    assert count_doubts() == 0


def test_nobody_is_in_a_community_twice() -> None:
    make_member(name="林晓", email="lin@example.com")
    community = make_community()
    take_over(community, RosterRow(platform_user_id="w0", identities={"email": "lin@example.com"}))
    doubt = doubt_about(community=community)
    with pytest.raises(InAlready):
        decide(doubt, "accepted")
    assert count_doubts() == 1


def test_the_console_asks_and_takes_the_answer() -> None:
    make_member(name="林晓")
    other = make_member(name="Lin", email="lin@example.com")
    doubt, browser = doubt_about(), make_browser()
    assert "林晓" in browser.get("/console/communities/doubts/").content.decode()
    address = f"/console/communities/doubts/{doubt.pk}/"
    browser.post(address, {"decision": "other", "contact": "nobody@example.com"})
    assert count_doubts() == 1
    browser.post(address, {"decision": "other", "contact": "lin@example.com"})
    assert GroupMember.objects.get().member_id == other.id
    assert "Nobody to recognise" in browser.get("/console/communities/doubts/").content.decode()
