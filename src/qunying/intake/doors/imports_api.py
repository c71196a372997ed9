"""The API of imports: send a file, follow it, fetch the rejected rows."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import FileResponse
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from qunying.intake.actions.cancel_import import cancel_import
from qunying.intake.actions.receive_import import receive_import
from qunying.intake.actions.start_import import start_import
from qunying.intake.models import ImportRun
from qunying.intake.orders.fields import count_known
from qunying.intake.orders.stages import describe_problem
from qunying.intake.queries.find_mapping import get_mapping, list_mapping_names
from qunying.intake.queries.get_import import get_import, list_imports
from qunying.kernel import clock
from qunying.kernel.files.limits import FileNotFound
from qunying.kernel.files.reading import read_table
from qunying.kernel.files.uploads import forget_upload, import_folder, store_upload
from qunying.kernel.ids import derived_id
from qunying.kernel.paging import MAX_PAGE_SIZE
from qunying.kernel.web import ApiRequest, act_of, command_id_of
from qunying.kernel.wire import PLAIN, Cursor

router = Router()

# No “type”: the description of a form loses the name of its first field when that is a reference.
Word = Annotated[str, Field(max_length=80, pattern=PLAIN)]


class ImportSettings(Schema, extra="forbid"):
    """How the file is read; what is left out is the brand's, and columns are guessed by their headers."""

    mapping: Word = ""
    zone: Annotated[str, Field(max_length=64, pattern=PLAIN)] = ""
    currency: Annotated[str, Field(max_length=3, pattern=r"^[A-Za-z]*$")] = ""
    drop_repeats: bool = False
    dry_run: bool = False


class ImportAnswer(Schema):
    """An import: its state (uploaded, waiting, running, done, failed, cancelled), progress 0–1 and result."""

    id: UUID
    kind: str
    file_name: str
    state: str
    stage: str
    progress: float
    dry_run: bool
    created_at: datetime
    finished_at: datetime | None
    result: dict[str, Any] | None
    problem: str


class ImportPage(Schema):
    """A page of imports."""

    items: list[ImportAnswer]
    next_cursor: str | None


class MappingNames(Schema):
    """The mappings that can be named."""

    items: list[str]


def _answer(run: ImportRun) -> dict[str, Any]:
    result = dict(run.result) if run.result else None
    if result is not None:
        result.pop("errors_file", None)  # a path on our machine says nothing to the caller
    return {
        "id": run.pk,
        "kind": run.kind,
        "file_name": run.file_name,
        "state": run.state,
        "stage": run.stage,
        "progress": run.progress,
        "dry_run": run.dry_run,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
        "result": result,
        "problem": describe_problem(run.problem),
    }


@router.post("/imports/orders", response={202: ImportAnswer}, operation_id="intake.start_import")
def send_orders(
    request: ApiRequest, settings: Form[ImportSettings], file: File[UploadedFile]
) -> tuple[int, dict[str, Any]]:
    """Take in a file of orders (CSV, gzip, XLSX, Parquet) and import it in the background."""
    actor, now, command_id = request.actor, clock.now(), command_id_of(request)
    actor.require("intake.start_import")
    run_id = derived_id("import", actor.key, command_id)
    is_known = ImportRun.objects.filter(pk=run_id).exists()
    stored = import_folder(run_id) / "upload" if is_known else store_upload(run_id, file)
    mapping = _named_mapping(settings.mapping, run_id) if settings.mapping else None
    if not is_known:
        receive_import(
            command_id=f"{command_id}/receive",
            actor=actor,
            now=now,
            run_id=run_id,
            path=str(stored),
            file_name=file.name or "",
        )
    start_import(
        command_id=command_id,
        actor=actor,
        now=now,
        run_id=run_id,
        mapping=mapping,
        zone=settings.zone or None,
        currency=settings.currency or None,
        drop_repeats=settings.drop_repeats,
        dry_run=settings.dry_run,
    )
    return 202, _answer(get_import(run_id))


def _named_mapping(name: str, run_id: UUID) -> dict[str, Any]:
    known = ImportRun.objects.filter(pk=run_id).first()
    if known is not None and known.settings.get("mapping"):
        stored: dict[str, Any] = known.settings["mapping"]
        return stored
    try:
        return get_mapping(name, read_table(import_folder(run_id) / "upload", count_known).header).as_json()
    except Exception:
        forget_upload(run_id)
        raise


@router.get("/imports", response=ImportPage, operation_id="intake.list_imports")
def list_all(
    request: ApiRequest,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE)] = 50,
) -> dict[str, Any]:
    """List the imports, newest first."""
    request.actor.require("intake.view")
    page = list_imports(cursor=cursor, size=limit)
    return {"items": [_answer(run) for run in page.rows], "next_cursor": page.next_cursor}


@router.get("/imports/mappings", response=MappingNames, operation_id="intake.list_mappings")
def mappings(request: ApiRequest) -> dict[str, list[str]]:
    """List the names of saved and ready mappings."""
    request.actor.require("intake.view")
    return {"items": list_mapping_names()}


@router.get("/imports/{uuid:run_id}", response=ImportAnswer, operation_id="intake.get_import")
def show(request: ApiRequest, run_id: UUID) -> dict[str, Any]:
    """Return an import with its progress and result."""
    request.actor.require("intake.view")
    return _answer(get_import(run_id))


@router.post("/imports/{uuid:run_id}/cancel", response=ImportAnswer, operation_id="intake.cancel_import")
def cancel(request: ApiRequest, run_id: UUID) -> dict[str, Any]:
    """Stop an import; orders merged so far stay, each of them whole."""
    cancel_import(**act_of(request), run_id=run_id)
    return _answer(get_import(run_id))


@router.get(
    "/imports/{uuid:run_id}/errors",
    operation_id="intake.get_import_errors",
    openapi_extra={"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}},
)
def errors(request: ApiRequest, run_id: UUID) -> FileResponse:
    """Return the rejected rows as CSV: row, order number, column, value, reason."""
    request.actor.require("intake.view")
    path = import_folder(get_import(run_id).pk) / "errors.csv"
    if not path.is_file():
        raise FileNotFound(path="errors.csv")
    return FileResponse(path.open("rb"), content_type="text/csv; charset=utf-8")
