"""Arms: the same for ever, whole communities where a post is open, and never both for one person."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunying.campaigns.arms import Placement, place
from qunying.campaigns.models import Arm, Campaign, MeasuredBy
from qunying.kernel.ids import new_id

CAMPAIGN = UUID(int=7)


def placed(
    members: Sequence[UUID],
    rosters: dict[UUID, list[UUID]] | None = None,
    *,
    holdout: int = 2_000,
    **plan: Any,
) -> Placement:
    campaign = SimpleNamespace(
        id=plan.get("id", CAMPAIGN), holdout_basis_points=holdout, post_template_id=plan.get("post")
    )
    return place(cast(Campaign, campaign), members, rosters or {})


def people(count: int, first: int = 0) -> list[UUID]:
    return [UUID(int=10**6 + first + number) for number in range(count)]


def test_shares_are_kept_and_growth_moves_nobody() -> None:
    few, many = placed(people(5_000)), placed(people(20_000))
    assert 0.18 < few.count(Arm.CONTROL) / 5_000 < 0.22
    assert all(many.arms[member_id] == arm for member_id, arm in few.arms.items())
    assert few.arms == placed(list(reversed(people(5_000)))).arms


def test_campaigns_are_independent() -> None:
    one, other = placed(people(5_000)), placed(people(5_000), id=new_id())
    both = sum(1 for member_id, arm in one.arms.items() if arm == other.arms[member_id] == Arm.CONTROL)
    assert 0.02 < both / 5_000 < 0.06


def test_without_a_holdout_everybody_is_treated_and_nothing_is_proven() -> None:
    found = placed(people(100), holdout=0)
    assert set(found.arms.values()) == {Arm.TREATMENT}
    assert found.measured_by == MeasuredBy.NOTHING


def test_an_open_post_holds_whole_communities_out() -> None:
    rosters = {UUID(int=number): people(10, number * 10) for number in range(1, 11)}
    everybody = [member_id for roster in rosters.values() for member_id in roster]
    found = placed(everybody, rosters, post=new_id())
    assert found.measured_by == MeasuredBy.COMMUNITIES
    assert list(found.community_arms.values()).count(Arm.CONTROL) == 2
    for community_id, roster in rosters.items():
        assert {found.arms[member_id] for member_id in roster} == {found.community_arms[community_id]}


def test_too_few_communities_are_not_held_out() -> None:
    rosters = {UUID(int=number): people(200, number * 200) for number in range(1, 4)}
    everybody = [member_id for roster in rosters.values() for member_id in roster]
    found = placed(everybody, rosters, post=new_id())
    assert found.measured_by == MeasuredBy.NOTHING
    assert found.community_arms == {}
    assert 0 < found.count(Arm.CONTROL) < 300  # of the direct messages they still are


@pytest.mark.parametrize(
    ("communities", "holdout", "expected"), [(4, 100, 2), (5, 5_000, 2), (20, 2_500, 5), (6, 5_000, 3)]
)
def test_at_least_two_communities_on_each_side(communities: int, holdout: int, expected: int) -> None:
    rosters = {UUID(int=number + 1): people(1, number) for number in range(communities)}
    found = placed(people(communities), rosters, post=new_id(), holdout=holdout)
    assert list(found.community_arms.values()).count(Arm.CONTROL) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), max_size=12), min_size=4, max_size=9), st.integers(1, 5_000))
def test_nobody_is_on_both_sides(numbers: list[list[int]], holdout: int) -> None:
    rosters = {
        UUID(int=i + 1): sorted({UUID(int=100 + n) for n in roster}) for i, roster in enumerate(numbers)
    }
    everybody = sorted({member_id for roster in rosters.values() for member_id in roster})
    found = placed(everybody, rosters, post=new_id(), holdout=holdout)
    assert sorted(found.arms) == everybody
    for member_id, arm in found.arms.items():
        seen = {found.community_arms[c] for c, roster in rosters.items() if member_id in roster}
        assert arm == (seen.pop() if len(seen) == 1 else Arm.OUTSIDE)
        assert member_id in rosters[found.homes[member_id]]
