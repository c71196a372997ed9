"""Cases, decisions and penalties for tests, made through the actions that everybody uses."""

from datetime import datetime
from typing import Any

from qunying.accounts.models import User
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_staff
from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.join_by_link import join_by_link
from qunying.communities.models import Community, GroupMember
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.members.models import Member
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.moderation.actions.decide_case import decide_case
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.actions.penalise_member import Penalised, penalise_member
from qunying.moderation.models import Case, Decision, Penalty

FINDING = {
    "detector": "word",
    "violation": "spam_advertising",
    "score": 0.9,
    "evidence": "buy",
    "action": "review",
}


def do(verb: Any, *, now: datetime = NOW, actor: Actor | None = None, **arguments: Any) -> Any:
    """Run an action as somebody who may do everything."""
    return verb(command_id=str(new_id()), actor=actor or anybody(), now=now, **arguments)


def judge(role: Role = Role.MODERATOR) -> User:
    """Return a new moderator."""
    return make_staff(role)


def join(community: Community, member: Member, role: str = "member") -> None:
    """Let a member into a community."""
    link = do(create_join_link, community_id=community.id, source="parcel")
    do(join_by_link, token=link.token, member_id=member.id)
    GroupMember.objects.filter(community=community, member=member, left_at=None).update(role=role)


def make_case(
    member: Member | None = None, *, community: Community | None = None, now: datetime = NOW, **more: Any
) -> Case:
    """Return an open case about a member."""
    member = member or make_member()
    opened = do(
        open_case,
        now=now,
        subject_kind="member",
        subject_id=member.id,
        community_id=community.id if community else None,
        findings=more.pop("findings", [FINDING]),
        source=more.pop("source", "detector"),
        **more,
    )
    return Case.objects.get(pk=opened.case_id)


def make_decision(
    member: Member | None = None,
    *,
    community: Community | None = None,
    now: datetime = NOW,
    actor: Actor | None = None,
    **more: Any,
) -> Decision:
    """Return a decision that a member broke the rules."""
    case = make_case(member, community=community, now=now)
    words = {"verdict": "violation", "violation": "unfriendly_abuse", "reason": "Insulted others.", **more}
    decided = do(decide_case, now=now, actor=actor, case_id=case.id, **words)
    return Decision.objects.get(pk=decided.decision_id)


def make_penalty(
    member: Member | None = None,
    *,
    step: str = "mute_7_days",
    community: Community | None = None,
    now: datetime = NOW,
    actor: Actor | None = None,
    **more: Any,
) -> Penalty:
    """Return a penalty of a member."""
    decision = make_decision(member, community=community, now=now, actor=actor)
    done: Penalised = do(
        penalise_member,
        now=now,
        actor=actor,
        decision_id=decision.id,
        step=step,
        reason="Insulted others.",
        **more,
    )
    return Penalty.objects.get(pk=done.penalty_id)
