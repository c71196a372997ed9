"""Somebody of a platform group who is no member: a case, a penalty that holds, and what becomes of it when they are recognised."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser
from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.decide_match import decide_match
from qunying.communities.actions.join_by_link import join_by_link
from qunying.communities.actions.leave_community import NotInCommunity, leave_community
from qunying.communities.inbound.incoming import IncomingMessage
from qunying.communities.models import GroupMember, MatchDoubt, Message
from qunying.communities.queries.find_restriction import find_restriction
from qunying.communities.tests.make import make_community, tell
from qunying.kernel import clock
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.undo_merge import undo_merge
from qunying.members.models import Member
from qunying.members.tests.make import NOW, make_member
from qunying.moderation.actions.decide_case import decide_case
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.actions.penalise_member import penalise_member
from qunying.moderation.models import Case, Penalty
from qunying.moderation.penalising import NothingToPunish
from qunying.moderation.people import GroupOwnerProtected
from qunying.moderation.queries.get_history import get_history
from qunying.moderation.tests.make import FINDING, do, join, make_penalty

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def say(community, text="加微信abc12345", author="wx_77", **more):
    number = Message.objects.count()
    tell(
        community,
        IncomingMessage(
            platform_message_id=f"m{number}",
            text=text,
            author_id=author,
            author_name="路人甲",
            sent_at=NOW + timedelta(seconds=number),
            **more,
        ),
    )
    return Message.objects.get(platform_message_id=f"m{number}")


def decide(message, **more):
    opened = do(
        open_case, subject_kind="message", subject_id=message.pk, findings=[FINDING], source="detector"
    )
    words = {"verdict": "violation", "violation": "spam_advertising", "reason": "不得发布广告。", **more}
    return do(decide_case, case_id=opened.case_id, **words)


def punish(decided, step="mute_7_days"):
    return do(penalise_member, decision_id=decided.decision_id, step=step, reason="不得发布广告。")


def test_a_penalty_makes_the_person_known_and_follows_them_through_the_platform():
    community = make_community()
    earlier = decide(say(community))
    decided = decide(say(community))
    assert Case.objects.get(pk=decided.case_id).member_id is None
    punish(decided)
    member = Penalty.objects.get().member
    assert str(member) == "路人甲"
    assert len(get_history(member.id).violations) == 2, "what they did before they were known counts as well"
    assert find_restriction(member.id, community.id, NOW) is not None
    again = say(make_community())
    assert again.author.member_id == member.id
    assert say(make_community(platform="qq")).author.member_id is None
    assert Case.objects.get(pk=earlier.case_id).member_id == member.id


def test_nobody_is_punished_where_the_platform_told_no_id():
    decided = decide(say(make_community(), author=""))
    with pytest.raises(NothingToPunish):
        punish(decided)
    assert not Member.objects.exists()


def test_the_owner_of_a_group_is_protected_also_unknown():
    message = say(make_community())
    GroupMember.objects.update(role="owner")
    decided = decide(message)
    with pytest.raises(GroupOwnerProtected):
        punish(decided)
    punish(decided, "warning")


def test_who_is_recognised_later_keeps_the_penalty():
    community, real = make_community(), make_member(name="路人甲")
    punish(decide(say(community)))
    stay = GroupMember.objects.get()
    doubt = MatchDoubt.objects.create(stay=stay, member=real, reason="same_name", raised_at=NOW)
    do(decide_match, doubt_id=doubt.pk, decision="accepted")
    assert find_restriction(real.id, community.id, NOW) is not None
    assert len(get_history(real.id).penalties) == 1


def test_the_page_says_who_it_is_and_offers_the_penalty():
    community = make_community()
    now = clock.now()
    browser = make_browser(Role.MODERATOR)
    opened = do(
        open_case,
        now=now,
        subject_kind="message",
        subject_id=say(community).pk,
        findings=[FINDING],
        source="staff",
    )
    address = f"/console/moderation/cases/{opened.case_id}/"
    browser.post(f"{address}take/")
    page = browser.get(address).content.decode()
    assert "wx_77" in page
    assert "A penalty makes them one" in page
    browser.post(f"{address}decide/", {"violation": "spam_advertising", "reason": "No."})
    assert 'value="mute_1_day"' in browser.get(address).content.decode()
    nameless = do(
        open_case,
        subject_kind="message",
        subject_id=say(community, author="").pk,
        findings=[],
        source="staff",
    )
    assert (
        "nobody can be punished"
        in browser.get(f"/console/moderation/cases/{nameless.case_id}/").content.decode()
    )


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    step=st.sampled_from(["mute_1_day", "mute_7_days", "mute_15_days", "mute_forever"]),
    moves=st.lists(st.sampled_from(["leave", "join", "merge", "undo", "day", "week"]), max_size=8),
)
def test_a_mute_ends_by_its_time_and_by_nothing_else(db, step, moves):
    member, community = make_member(), make_community()
    join(community, member)
    until = make_penalty(member, community=community, step=step).until
    link = do(create_join_link, community_id=community.id, source="again")
    person, merges, now = member.id, [], NOW
    for move in moves:
        match move:
            case "leave":
                with suppress(NotInCommunity):
                    do(leave_community, now=now, community_id=community.id, member_id=person)
            case "join":
                do(join_by_link, now=now, token=link.token, member_id=person)
            case "merge":
                kept = make_member().id
                merges.append((do(merge_members, now=now, kept_id=kept, merged_id=person).merge_id, person))
                person = kept
            case "undo" if merges:
                merge_id, person = merges.pop()
                do(undo_merge, now=now, merge_id=merge_id)
            case "day" | "week":
                now += DAY if move == "day" else 7 * DAY
        muted = find_restriction(person, community.id, now) is not None
        assert muted == (until is None or now < until), move
