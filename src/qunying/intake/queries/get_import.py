"""Imports and what came of them."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.intake.models import ImportRun
from qunying.kernel.paging import Page, cut_page
from qunying.kernel.problems import Kind, Problem


class ImportNotFound(Problem):
    """There is no such import."""

    code = "import_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no import {run}.")


def get_import(run_id: UUID) -> ImportRun:
    """Return an import.

    Raises:
        ImportNotFound: when there is none.
    """
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise ImportNotFound(run=str(run_id))
    return run


def list_imports(*, cursor: str | None = None, size: int = 50) -> Page[ImportRun]:
    """Return a page of imports, newest first."""
    return cut_page(ImportRun.objects.all(), order_by="-created_at", cursor=cursor, size=size)
