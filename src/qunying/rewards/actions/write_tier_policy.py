"""Write down how tiers are to be."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.rewards.models import TierPolicy
from qunying.rewards.tiers.drafting import TierWording, checked_policy


@action
def write_tier_policy(*, command_id: str, actor: Actor, now: datetime, wording: TierWording) -> UUID:
    """Write the draft of the next policy, or write it anew, and return its id. Nothing changes until it is published.

    Raises:
        TierPolicyWrong: a field does not make sense.
    """
    fields = checked_policy(wording)
    draft = TierPolicy.objects.select_for_update().filter(state=TierPolicy.State.DRAFT).first()
    if draft is None:
        last = TierPolicy.objects.aggregate(last=Max("number"))["last"] or 0
        draft = TierPolicy(id=new_id(), number=last + 1)
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.written_at, draft.written_by = now, actor.key
    draft.save()
    return draft.id
