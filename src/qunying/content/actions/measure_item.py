"""Write down what an item did, and what was learnt."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.accounts.queries.get_brand import get_brand
from qunying.content.drafting import ItemFieldInvalid, State, lock_item
from qunying.content.models import Measurement
from qunying.content.queries.get_effect import DEFAULT_WINDOW, WINDOWS, get_effect
from qunying.content.typed_text import typed
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.lake import open_analysis


@dataclass(frozen=True)
class Measured:
    """The figures that were kept, by name (see ``Effect``)."""

    figures: dict[str, int]


@action
def measure_item(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    window_days: int = DEFAULT_WINDOW,
    lesson: str = "",
) -> Measured:
    """Keep an item's figures of this moment with a lesson: the last step of its life. It can be measured again later.

    Raises:
        ItemNotFound, WrongItemState: when it is not published.
        ItemFieldInvalid: when there is no such window.
    """
    if window_days not in WINDOWS:
        raise ItemFieldInvalid(field="window_days", value=window_days)
    item = lock_item(item_id, State.PUBLISHED, State.MEASURED)
    with open_analysis(now) as analysis:
        effect = get_effect(
            analysis, item_id, zone=get_brand().zone, currency=get_brand().currency, window_days=window_days
        )
    Measurement.objects.create(
        item=item,
        at=now,
        by=actor.key,
        window_days=window_days,
        figures=effect.figures(),
        lesson=typed(lesson, field="lesson", max_length=1000, may_be_empty=True, lines=True),
    )
    item.state = State.MEASURED
    item.save(update_fields=["state"])
    return Measured(effect.figures())
