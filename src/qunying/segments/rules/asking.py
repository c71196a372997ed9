"""Asking the events: who fulfils a rule, how everybody scores."""

from typing import Any

import ibis

from qunying.kernel.ids import new_id
from qunying.segments.rules.plan import Plan, Question
from qunying.segments.rules.scoring import with_scores
from qunying.segments.rules.tree import Rule
from qunying.stream.lake import Analysis


def matching_members(analysis: Analysis, rule: Rule, question: Question) -> Any:
    """Return the members that fulfil a rule as an Ibis table of one column, ``member_id``, each once.

    Args:
        analysis: the events up to the question's as-of instant.
        rule: the tree.
        question: the instant, the zone, the definitions, the other segments.
    """
    plan = Plan(analysis.events, question)
    condition = plan.condition(rule)
    members = plan.table()
    if plan.needs_scores:
        members = with_scores(analysis, plan, _kept(analysis, members))
    return members.filter(condition).select("member_id")


def scored_members(analysis: Analysis, question: Question) -> Any:
    """Return every known member with ``member_id, recency_days, frequency, monetary_minor, last_order_at``,
    the scores and ``stage``."""
    plan = Plan(analysis.events, question)
    stages = plan.stage_conditions()
    plan.score_measures()
    members = with_scores(analysis, plan, _kept(analysis, plan.table()))
    cases = [(condition.resolve(members), stage) for stage, condition in stages.items()]
    return members.select(
        "member_id",
        "recency_days",
        "frequency",
        "monetary_minor",
        "last_order_at",
        "recency_score",
        "frequency_score",
        "monetary_score",
        stage=ibis.cases(*cases, else_=""),
    )


def _kept(analysis: Analysis, members: Any) -> Any:
    """Compute the columns of the members once: cut points and scores both read them."""
    return analysis.connection.create_table(f"members_{new_id().hex}", members, temp=True)
