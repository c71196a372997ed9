"""Console pages: the history of imports, upload, mapping with preview, progress, result."""

from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.intake.actions.cancel_import import cancel_import
from qunying.intake.actions.receive_import import receive_import
from qunying.intake.actions.save_mapping import save_mapping
from qunying.intake.actions.start_import import start_import
from qunying.intake.doors import event_pages
from qunying.intake.models import ImportRun
from qunying.intake.orders.fields import ORDER_FIELDS
from qunying.intake.orders.mapping import OrderMapping, checked_mapping
from qunying.intake.orders.reasons import REASONS
from qunying.intake.orders.stages import describe_problem, stage_title
from qunying.intake.queries.find_mapping import list_mapping_names
from qunying.intake.queries.get_import import get_import, list_imports
from qunying.intake.queries.preview_import import preview_import
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.files.uploads import import_folder, store_upload
from qunying.kernel.ids import derived_id
from qunying.kernel.money import list_currencies
from qunying.kernel.problems import Problem
from qunying.kernel.web import act_of, command_id_of
from qunying.kernel.zones import list_zones

_OPTIONS = ("source", "channel", "cancellation_prefix", "adjustment_prefix", "day_first")


@page("intake.view")
def imports_page(request: StaffRequest) -> HttpResponse:
    """List the imports, newest first, and take in a new file."""
    if request.method == "POST":
        return _upload(request)
    found = list_imports(cursor=request.GET.get("cursor"), size=30)
    context = {"runs": [_row(run) for run in found.rows], "next_cursor": found.next_cursor}
    return show(request, "intake/imports.html", _("Import"), context)


def _upload(request: StaffRequest) -> HttpResponse:
    """Take in a file and go on to its mapping."""
    request.actor.require("intake.receive_import")
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file first."))
        return redirect("intake.imports")
    command_id = command_id_of(request)
    run_id = derived_id("import", request.actor.key, command_id)
    stored = store_upload(run_id, file)
    receive_import(
        command_id=command_id,
        actor=request.actor,
        now=clock.now(),
        run_id=run_id,
        path=str(stored),
        file_name=file.name or "",
    )
    return redirect("intake.import", run_id=run_id)


@page("intake.view")
def import_page(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """One import: its mapping while it has not begun, else its progress or what came of it."""
    run = get_import(run_id)
    if _may_begin(run) and (run.state == ImportRun.State.UPLOADED or "again" in request.GET):
        return _mapping_page(request, run)
    return show(request, "intake/import.html", _title(run), {"run": _row(run)})


@require_GET
@page("intake.view")
def import_state(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """The part of the page that changes while an import runs."""
    return render(request, "intake/import_state.html", {"run": _row(get_import(run_id))})


@require_POST
@page("intake.start_import")
def begin(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Show the preview again, keep the mapping, check the whole file, or import it."""
    run = get_import(run_id)
    wish = request.POST.get("wish", "preview")
    if wish == "preview":
        return _mapping_page(request, run)
    mapping = _posted_mapping(request)
    if wish == "save":
        name = request.POST.get("mapping_name", "")
        save_mapping(
            **act_of(request), name=name, columns=dict(mapping.columns), options=asdict(mapping.options)
        )
        messages.success(request, _("The mapping “%(name)s” is kept.") % {"name": name.strip()})
        return _mapping_page(request, run)
    start_import(
        **act_of(request),
        run_id=run_id,
        mapping=mapping.as_json(),
        zone=request.POST.get("zone") or None,
        currency=request.POST.get("currency") or None,
        drop_repeats="drop_repeats" in request.POST,
        dry_run=wish == "check",
    )
    return redirect("intake.import", run_id=run_id)


@require_POST
@page("intake.cancel_import")
def cancel(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Stop an import."""
    cancel_import(**act_of(request), run_id=run_id)
    messages.success(request, _("The import is being stopped."))
    return redirect("intake.import", run_id=run_id)


@require_GET
@page("intake.view")
def errors(_request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Download the rejected rows."""
    file = import_folder(get_import(run_id).pk) / "errors.csv"
    if not file.is_file():
        raise Http404
    return FileResponse(  # type: ignore[return-value]
        file.open("rb"), as_attachment=True, filename="rejected-rows.csv", content_type="text/csv"
    )


def _mapping_page(request: StaffRequest, run: ImportRun) -> HttpResponse:
    brand = get_brand()
    posted = request.method == "POST"
    zone = request.POST.get("zone") or run.settings.get("zone") or brand.zone
    currency = request.POST.get("currency") or run.settings.get("currency") or brand.currency
    chosen = request.GET.get("mapping", "")
    mapping: OrderMapping | None = _posted_mapping(request) if posted else None
    stored = run.settings.get("mapping")
    if mapping is None and stored and not chosen:
        mapping = checked_mapping(stored["name"], stored["columns"], stored["options"])
    try:
        preview = preview_import(
            Path(run.settings["path"]),
            zone=zone,
            currency=currency,
            now=clock.now(),
            mapping=mapping,
            mapping_name=chosen,
        )
    except Problem as problem:
        context = {"run": _row(run), "problem": str(problem)}
        return show(request, "intake/import.html", _title(run), context)
    fields = [
        {
            "name": field.name,
            "title": field.title,
            "is_required": field.is_required,
            "header": preview.mapping.columns.get(field.name, ""),
            "sample": preview.samples.get(field.name, ""),
        }
        for field in ORDER_FIELDS
    ]
    shown: dict[str, Any] = {
        "run": _row(run),
        "preview": preview,
        "fields": fields,
        "headers": [header for header in dict.fromkeys(preview.header) if header],
        "options": asdict(preview.mapping.options),
        "zones": list_zones(clock.now(), also=zone),
        "currencies": list_currencies(),
        "file_zone": zone,
        "file_currency": currency,
        "drop_repeats": "drop_repeats" in request.POST,
        "mapping_names": list_mapping_names(),
        "mapping_name": chosen or preview.mapping.name,
    }
    return show(request, "intake/mapping.html", _title(run), shown)


def _posted_mapping(request: HttpRequest) -> OrderMapping:
    columns = {field.name: request.POST.get(f"column_{field.name}", "") for field in ORDER_FIELDS}
    options = {name: request.POST.get(name, "") for name in _OPTIONS}
    options["day_first"] = options["day_first"] or "auto"
    return checked_mapping(request.POST.get("mapping_name", ""), columns, options)


def _may_begin(run: ImportRun) -> bool:
    over = {ImportRun.State.DONE, ImportRun.State.FAILED, ImportRun.State.CANCELLED}
    return run.state == ImportRun.State.UPLOADED or (run.dry_run and run.state in over)


def _title(run: ImportRun) -> str:
    return _("Import of “%(file)s”") % {"file": run.file_name}


def _row(run: ImportRun) -> dict[str, Any]:
    """Return an import as the pages show it."""
    result = run.result or {}
    reasons = [(REASONS.get(code, code), rows) for code, rows in (result.get("reasons") or {}).items()]
    return {
        "id": run.pk,
        "file_name": run.file_name,
        "file_bytes": run.file_bytes,
        "state": run.state,
        "state_title": run.get_state_display(),
        "is_busy": run.state in {ImportRun.State.WAITING, ImportRun.State.RUNNING},
        "may_begin": _may_begin(run),
        "dry_run": run.dry_run,
        "stage": stage_title(run.stage),
        "percent": round(run.progress * 100),
        "cancel_asked": run.cancel_asked,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
        "result": result,
        "reasons": reasons,
        "problem": describe_problem(run.problem),
        "currency": result.get("currency") or run.settings.get("currency"),
        "has_errors": bool(result.get("rejected")),
    }


urlpatterns = [
    *event_pages.urlpatterns,
    path("imports/", imports_page, name="intake.imports"),
    path("imports/<uuid:run_id>/", import_page, name="intake.import"),
    path("imports/<uuid:run_id>/state/", import_state, name="intake.import_state"),
    path("imports/<uuid:run_id>/begin/", begin, name="intake.begin_import"),
    path("imports/<uuid:run_id>/cancel/", cancel, name="intake.cancel_import"),
    path("imports/<uuid:run_id>/errors/", errors, name="intake.import_errors"),
]
