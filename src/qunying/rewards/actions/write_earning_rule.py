"""Write down a rule of earning, or the next version of one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.rewards.earning.drafting import RuleWording, checked_rule, get_rule
from qunying.rewards.models import EarningRule


@dataclass(frozen=True)
class RuleWritten:
    """The draft and its place among the versions of its rule."""

    rule_id: UUID
    series: UUID
    version: int


@action
def write_earning_rule(
    *, command_id: str, actor: Actor, now: datetime, wording: RuleWording, follows: UUID | None = None
) -> RuleWritten:
    """Write a draft: of a new rule, or of the version that is to follow ``follows`` (any version of the rule).

    A draft that is there already is written anew. Nothing earns under it until it is published.

    Raises:
        RuleNotFound: there is no version ``follows``.
        RuleWrong: a field does not make sense.
    """
    fields = checked_rule(wording)
    series, version = new_id(), 1
    if follows is not None:
        series = get_rule(follows).series
        versions = (
            EarningRule.objects.select_for_update(no_key=True).filter(series=series).order_by("-version")
        )
        last = next(iter(versions))
        if last.state == EarningRule.State.DRAFT:
            for name, value in fields.items():
                setattr(last, name, value)
            last.written_at, last.written_by = now, actor.key
            last.save()
            return RuleWritten(last.id, series, last.version)
        version = last.version + 1
    rule = EarningRule.objects.create(
        id=new_id(), series=series, version=version, written_at=now, written_by=actor.key, **fields
    )
    return RuleWritten(rule.id, series, version)
