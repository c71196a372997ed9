"""Enter a code of a batch."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.claiming import Claimed
from qunying.rewards.codes import hash_code, read_code
from qunying.rewards.models import BatchCode
from qunying.rewards.pricing.quoting import CodeNotUsable


@action
def enter_code(*, command_id: str, actor: Actor, now: datetime, member_id: UUID, code: str) -> Claimed:
    """Give the member the coupon of a code that nobody has entered yet. Doors count the attempts first.

    Raises:
        CodeNotUsable: there is no such code, or it was entered before; which of them is not told.
        Any refusal of ``claim_coupon``; the code stays good.
    """
    spelling = read_code(code)
    row = None
    if spelling is not None:
        codes = BatchCode.objects.select_for_update(of=("self",), no_key=True).select_related("batch")
        row = codes.filter(code_hash=hash_code(spelling), entered_at=None).first()
    if row is None:
        raise CodeNotUsable
    claimed = claim_coupon(
        command_id=command_id,
        actor=actor,
        now=now,
        template_id=row.batch.template_id,
        member_id=member_id,
        by_code=True,
    )
    row.coupon_id = claimed.coupon_id
    row.entered_at = now
    row.save(update_fields=["coupon", "entered_at"])
    return claimed
