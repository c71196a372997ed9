"""An import that was received begins: mapping, zone and currency are settled and a job is asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.actions.change_brand import checked_zone
from qunying.accounts.queries.get_brand import get_brand
from qunying.intake.models import ImportRun
from qunying.intake.orders.mapping import checked_mapping
from qunying.intake.queries.get_import import ImportNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.jobs import run_soon
from qunying.kernel.money import checked_currency
from qunying.kernel.problems import Kind, Problem

JOB = "intake.run_import"


class ImportAlreadyStarted(Problem):
    """The import is under way or over."""

    code = "import_already_started"
    kind = Kind.CONFLICT
    message = _("The import of “{file_name}” has been started already.")


@action
def start_import(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    run_id: UUID,
    mapping: dict[str, Any] | None = None,
    zone: str | None = None,
    currency: str | None = None,
    drop_repeats: bool = False,
    dry_run: bool = False,
    by_job: bool = True,
) -> UUID:
    """Settle how the file is read and have it imported.

    Args:
        run_id: what ``receive_import`` returned.
        mapping: ``name``, ``columns`` (field → header) and ``options``; None to go by the headers.
        zone: of the times in the file; None for the brand's.
        currency: of rows that name none; None for the brand's.
        drop_repeats: reject rows that repeat another one exactly.
        dry_run: read and check everything, write nothing. Can be started again afterwards.
        by_job: False when the caller runs it in its own process.

    Raises:
        ImportNotFound, ImportAlreadyStarted, BadMapping, UnknownZone, UnknownCurrency.
    """
    run = ImportRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise ImportNotFound(run=str(run_id))
    checked_before = run.dry_run and run.state in {
        ImportRun.State.DONE,
        ImportRun.State.FAILED,
        ImportRun.State.CANCELLED,
    }
    if run.state != ImportRun.State.UPLOADED and not checked_before:
        raise ImportAlreadyStarted(file_name=run.file_name)
    brand = get_brand()
    if mapping is not None:
        columns, options = mapping.get("columns") or {}, mapping.get("options") or {}
        mapping = checked_mapping(str(mapping.get("name") or ""), columns, options).as_json()
    run.settings = {
        "path": run.settings["path"],
        "mapping": mapping,
        "zone": checked_zone(zone or brand.zone),
        "currency": checked_currency(currency or brand.currency),
        "drop_repeats": drop_repeats,
    }
    run.dry_run = dry_run
    run.state = ImportRun.State.WAITING
    run.stage, run.progress, run.cancel_asked = "", 0, False
    run.result = run.problem = run.finished_at = None
    run.save()
    if by_job:
        run_soon(JOB, run_id=str(run_id))
    return run_id
