"""Make codes of a coupon template."""

from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.codes import hash_code, new_code, seal_code
from qunying.rewards.coupons import UnknownTemplate
from qunying.rewards.models import BatchCode, CodeBatch, CouponTemplate
from qunying.rewards.pricing.batches import MOST_CODES, TooManyCodes
from qunying.rewards.pricing.cart_terms import check_names


@action
def create_code_batch(
    *, command_id: str, actor: Actor, now: datetime, template_id: UUID, name: str, count: int
) -> UUID:
    """Make codes, numbered from 1, and return the id of their batch. Whoever enters one first gets a coupon.

    Raises:
        UnknownTemplate: there is no such template.
        TermsWrong: the name is empty or too long.
        TooManyCodes: less than one, or more than 20,000, or more than the template has coupons.
    """
    check_names("name", [name])
    template = CouponTemplate.objects.select_for_update(no_key=True).filter(pk=template_id).first()
    if template is None:
        raise UnknownTemplate
    made = CodeBatch.objects.filter(template=template).aggregate(made=Sum("count"))["made"] or 0
    left = template.total - made
    if not 1 <= count <= min(MOST_CODES, left):
        raise TooManyCodes(left=left)
    batch = CodeBatch.objects.create(
        template=template, name=name, count=count, created_at=now, created_by=actor.key
    )
    codes = (new_code() for _number in range(count))
    rows = (
        BatchCode(batch=batch, number=number, code_hash=hash_code(code), sealed_code=seal_code(code))
        for number, code in enumerate(codes, 1)
    )
    BatchCode.objects.bulk_create(rows, batch_size=2_000)
    return batch.id
