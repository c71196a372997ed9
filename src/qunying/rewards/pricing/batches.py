"""Batches of codes: finding one, and the problems of their life."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from qunying.kernel.problems import Kind, Problem
from qunying.rewards.models import CodeBatch

MOST_CODES = 20_000


class UnknownBatch(Problem):
    """There is no such batch of codes."""

    code = "unknown_batch"
    kind = Kind.NOT_FOUND
    message = _("There is no such batch of codes.")


class TooManyCodes(Problem):
    """There would be more codes than coupons."""

    code = "too_many_codes"
    kind = Kind.CONFLICT
    message = ngettext_lazy(
        "Codes may be made for {left} more coupon, in batches of at most 20,000.",
        "Codes may be made for {left} more coupons, in batches of at most 20,000.",
        "left",
    )


class BatchExported(Problem):
    """The file was taken out before."""

    code = "batch_exported"
    kind = Kind.CONFLICT
    message = _("The codes of “{batch}” have been taken out before; that is done once.")


def find_batch(batch_id: UUID, *, lock: bool = False) -> CodeBatch:
    """Return a batch of codes.

    Raises:
        UnknownBatch: when there is none.
    """
    rows = CodeBatch.objects.select_for_update(no_key=True) if lock else CodeBatch.objects.all()
    batch = rows.filter(pk=batch_id).first()
    if batch is None:
        raise UnknownBatch
    return batch
