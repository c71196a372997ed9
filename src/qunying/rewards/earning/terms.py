"""A rule as it is kept (JSON) and as the engine wants it; which rule is in force when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from qunying.engines.earning import Rule, Terms
from qunying.kernel import clock
from qunying.rewards.models import EarningRule

RULES = TypeAdapter(Rule)
TERMS = TypeAdapter(Terms)

# What undoes an occasion, by the event that it was.
LINE_PAID, ORDER_PAID = "order_line_paid", "order_paid"
RETURNS = {"order_line_refunded": LINE_PAID, "order_refunded": ORDER_PAID}

# What is earned by something that a member wrote is only theirs while it can be seen.
WRITTEN = {
    "submission_accepted",
    "content_commented",
    "board_post_published",
    "board_reply_published",
    "board_answer_accepted",
}
# Whether it is hidden after the event.
HIDINGS = {
    "board_post_hidden": True,
    "board_post_restored": False,
    "comment_hidden": True,
    "comment_restored": False,
    "submission_hidden": True,
    "submission_restored": False,
}


@dataclass(frozen=True)
class RuleInForce:
    """A published rule with the engine's form of it."""

    row: EarningRule
    rule: Rule

    @property
    def series(self) -> UUID:
        """What holds the versions of the rule together."""
        return self.row.series


def engine_rule(row: EarningRule) -> Rule:
    """Return the engine's form of a rule."""
    return RULES.validate_python(row.terms)


def plain(value: object) -> Any:
    """Return a rule, terms or steps as JSON keeps them."""
    return to_jsonable_python(value)


def terms_of(kept: Mapping[str, Any]) -> Terms:
    """Return the terms under which something was earned."""
    return TERMS.validate_python(kept)


def rules_in_force(at: datetime, events: set[str]) -> list[RuleInForce]:
    """Return the rules about these events that were in force at an instant, in a fixed order."""
    rows = EarningRule.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at),
        state=EarningRule.State.PUBLISHED,
        starts_at__lte=at,
        event__in=events,
    )
    return [RuleInForce(row, engine_rule(row)) for row in rows.order_by("series")]


def matures_at(row: EarningRule, occurred_at: datetime, zone: str) -> datetime | None:
    """Return when the return window of what occurred closes: the end of that local day; None without a window."""
    if row.wait_days == 0 or row.asset != "points":
        return None
    return clock.day_end(clock.local_day(occurred_at, zone) + timedelta(days=row.wait_days), zone)
