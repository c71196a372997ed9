"""Arms: who is treated and who is held out, decided once by hash with the campaign's id as salt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from qunying.campaigns.models import Arm, Campaign, MeasuredBy
from qunying.campaigns.plan import BASIS_POINTS
from qunying.engines.assignment import Share, assign_many, bucket

FEWEST_COMMUNITIES = 4
FEWEST_PER_ARM = 2


@dataclass(frozen=True)
class Placement:
    """The arms of a frozen audience.

    arms, homes: by member; the home of a member is the
    community that they count for, if the plan has communities.
    community_arms: by community, only where whole communities are held out.
    """

    measured_by: MeasuredBy
    arms: dict[UUID, Arm]
    homes: dict[UUID, UUID]
    community_arms: dict[UUID, Arm]

    def count(self, arm: Arm) -> int:
        """Return how many members an arm has."""
        return sum(1 for found in self.arms.values() if found == arm)

    def members_of(self, arm: Arm) -> list[UUID]:
        """Return the members of an arm."""
        return [member_id for member_id, found in self.arms.items() if found == arm]


def shares_of(holdout_basis_points: int) -> list[Share]:
    """Return the shares of the arms for a holdout; without one everybody is treated."""
    if holdout_basis_points == 0:
        return [Share(Arm.TREATMENT.value, BASIS_POINTS)]
    return [
        Share(Arm.CONTROL.value, holdout_basis_points),
        Share(Arm.TREATMENT.value, BASIS_POINTS - holdout_basis_points),
    ]


def measured_by(*, holdout_basis_points: int, has_post: bool, communities: int) -> MeasuredBy:
    """Tell what can be held out: a post that everybody in a community sees leaves only whole communities, at
    least four.
    """
    if holdout_basis_points == 0:
        return MeasuredBy.NOTHING
    if not has_post:
        return MeasuredBy.MEMBERS
    return MeasuredBy.COMMUNITIES if communities >= FEWEST_COMMUNITIES else MeasuredBy.NOTHING


def place(
    campaign: Campaign, members: Sequence[UUID], by_community: Mapping[UUID, Sequence[UUID]]
) -> Placement:
    """Put every member of an audience into an arm. The same audience always gets the same arms, and growth
    moves nobody.

    Where an open post reaches everybody and communities are too few to hold some out, members are still held
    out of direct messages, but the result counts as not proven by holdout.
    """
    unit = measured_by(
        holdout_basis_points=campaign.holdout_basis_points,
        has_post=campaign.post_template_id is not None,
        communities=len(by_community),
    )
    if unit == MeasuredBy.COMMUNITIES:
        return _by_communities(campaign, by_community)
    names = assign_many(members, str(campaign.id), shares_of(campaign.holdout_basis_points))
    arms = dict(zip(members, map(Arm, names), strict=True))
    return Placement(unit, arms, _homes(by_community), {})


def _homes(by_community: Mapping[UUID, Sequence[UUID]]) -> dict[UUID, UUID]:
    """Return the community that each member counts for: of several, the first by id."""
    homes: dict[UUID, UUID] = {}
    for community_id in sorted(by_community):
        for member_id in by_community[community_id]:
            homes.setdefault(member_id, community_id)
    return homes


def _by_communities(campaign: Campaign, by_community: Mapping[UUID, Sequence[UUID]]) -> Placement:
    """Hold whole communities out: those that come first by hash, as many as the share asks for, at least two
    on each side.
    """
    ranked = sorted(
        by_community, key=lambda community_id: (bucket(community_id, str(campaign.id)), community_id)
    )
    wanted = round(len(ranked) * campaign.holdout_basis_points / BASIS_POINTS)
    held_out = min(max(wanted, FEWEST_PER_ARM), len(ranked) - FEWEST_PER_ARM)
    community_arms = {
        community_id: Arm.CONTROL if position < held_out else Arm.TREATMENT
        for position, community_id in enumerate(ranked)
    }
    arms: dict[UUID, Arm] = {}
    for community_id, member_ids in by_community.items():
        arm = community_arms[community_id]
        for member_id in member_ids:
            # In communities of both arms they see the post and are held out at once: comparable with nobody.
            arms[member_id] = arm if arms.get(member_id, arm) == arm else Arm.OUTSIDE
    return Placement(MeasuredBy.COMMUNITIES, arms, _homes(by_community), community_arms)
