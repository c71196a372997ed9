"""How many members a rule finds, and a few of them, while it is being written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from uuid import UUID

import ibis

from qunying.kernel.actors import Actor
from qunying.members.queries.describe_members import pseudonym
from qunying.members.queries.list_names import list_names
from qunying.segments.queries.evaluate_rule import question_at
from qunying.segments.rules.asking import matching_members
from qunying.segments.rules.reading import read_rule
from qunying.stream.lake import open_analysis


@dataclass(frozen=True)
class SampleMember:
    """A member that the rule finds, with the name as the asking person may see it."""

    member_id: UUID
    name: str


@dataclass(frozen=True)
class Preview:
    """How many members fulfil the rule, some of them, at which instant, and how long it took."""

    count: int
    sample: list[SampleMember]
    as_of: datetime
    seconds: float


def preview_rule(
    rule: object, as_of: datetime, *, actor: Actor | None = None, sample_size: int = 8
) -> Preview:
    """Return count and sample of a rule.

    Args:
        rule: the rule as JSON holds it.
        as_of: nothing that happened later counts.
        actor: who looks; names are shortened unless they hold ``members.see_names``.
        sample_size: how many members to show; always the same ones while the rule stays.

    Raises:
        RuleInvalid: when the rule does not read, or refers to a segment that is not there.
    """
    started = perf_counter()
    tree = read_rule(rule)
    question = question_at(as_of)
    with open_analysis(as_of) as analysis:
        found = matching_members(analysis, tree, question)
        counted = found.mutate(total=ibis._.count().over(ibis.window()))
        first = counted.order_by("member_id").limit(max(1, sample_size)).to_pyarrow().to_pylist()
    seconds = round(perf_counter() - started, 3)
    sample = sample_members([UUID(row["member_id"]) for row in first[:sample_size]], actor)
    return Preview(int(first[0]["total"]) if first else 0, sample, as_of, seconds)


def sample_members(member_ids: Sequence[UUID], actor: Actor | None) -> list[SampleMember]:
    """Return members with their names as the actor may see them."""
    names = list_names(member_ids)
    sees_names = actor is not None and actor.may("members.see_names")
    show = str if sees_names else mask_name
    return [
        SampleMember(member_id, show(names.get(member_id, "")) or pseudonym(member_id))
        for member_id in member_ids
    ]


def mask_name(name: str) -> str:
    """Return a name of which only the first sign is readable: ``王小明`` → ``王**``."""
    return f"{name[0]}**" if name else ""
