"""Batches of codes, and the codes of one that is being taken out."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, QuerySet

from qunying.rewards.codes import open_code, written
from qunying.rewards.models import BatchCode, CodeBatch


def list_code_batches(template_id: UUID) -> QuerySet[CodeBatch]:
    """Return the batches of a template, newest first where a page is cut; ``entered`` of each were entered."""
    return CodeBatch.objects.filter(template_id=template_id).annotate(entered=Count("codes__entered_at"))


def list_codes(batch_id: UUID) -> Iterator[tuple[int, str]]:
    """Yield (number, code as people read it). Only the door that has just run ``export_code_batch`` shows them."""
    rows = BatchCode.objects.filter(batch_id=batch_id).order_by("number").values_list("number", "sealed_code")
    for number, sealed in rows.iterator(chunk_size=2_000):
        yield number, written(open_code(bytes(sealed)))
