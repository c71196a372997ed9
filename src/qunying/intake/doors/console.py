"""Console pages of imports: upload, settle the columns, watch, read the outcome."""

from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.intake.actions.cancel_import import cancel_import
from qunying.intake.actions.receive_import import receive_import
from qunying.intake.actions.save_mapping import save_mapping
from qunying.intake.actions.start_import import start_import
from qunying.intake.files.reading import read_table
from qunying.intake.files.text_table import TextTable
from qunying.intake.models import ImportRun
from qunying.intake.orders.fields import ORDER_FIELDS, count_known
from qunying.intake.orders.mapping import OrderMapping, guess_mapping
from qunying.intake.orders.reasons import REASONS
from qunying.intake.orders.running import forget_upload, import_folder
from qunying.intake.queries.find_mapping import get_mapping, list_mapping_names
from qunying.intake.queries.get_import import get_import, list_imports
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Problem
from qunying.kernel.web import command_id_of

PREVIEW_ROWS = 8
BUSY = {ImportRun.State.WAITING, ImportRun.State.RUNNING}


class UploadForm(forms.Form):
    """A file of order lines."""

    file = forms.FileField(
        label=gettext_lazy("Order file"),
        help_text=gettext_lazy("CSV (also gzip), XLSX or Parquet, one row per order line, as your shop exports it."),
    )


class SettleForm(forms.Form):
    """How the file is read."""

    zone = forms.CharField(label=gettext_lazy("Time zone of the file"), max_length=64)
    currency = forms.CharField(label=gettext_lazy("Currency of rows that name none"), max_length=3)
    drop_repeats = forms.BooleanField(label=gettext_lazy("Leave out rows that repeat another one exactly"), required=False)
    save_as = forms.CharField(
        label=gettext_lazy("Keep these columns under the name"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Leave it empty to use them for this file only."),
    )


@page("intake.view")
def imports_page(request: StaffRequest) -> HttpResponse:
    """List the imports; take an upload."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect("intake.import", _receive(request, form.cleaned_data["file"]))
    context = {"form": form, "imports": list_imports(cursor=request.GET.get("cursor"), size=30)}
    return show(request, "intake/imports.html", _("Import"), context)


def _receive(request: StaffRequest, upload: UploadedFile) -> UUID:
    """Keep an upload in the folder of its import and note it."""
    run_id = new_id()
    folder = import_folder(run_id)
    folder.mkdir(parents=True)
    # The sender's name only lends its ending; the path is ours.
    kept = folder / f"upload{''.join(Path(upload.name or '').suffixes[-2:])[:20]}"
    try:
        with kept.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return receive_import(
            command_id=command_id_of(request),
            actor=request.actor,
            now=clock.now(),
            run_id=run_id,
            path=str(kept),
            file_name=Path(upload.name or "").name,
        )
    except Problem:
        forget_upload(run_id)
        raise


@page("intake.view")
def import_page(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Show an import in whatever state it is: columns to settle, progress, or outcome."""
    run = get_import(run_id)
    if run.state == ImportRun.State.UPLOADED or (run.dry_run and "again" in request.GET):
        return _settle(request, run)
    context = _outcome(run)
    template = "intake/run_panel.html" if request.headers.get("HX-Request") else "intake/run.html"
    if template == "intake/run_panel.html":
        return render(request, template, context)
    return show(request, template, run.file_name, context)


def _settle(request: StaffRequest, run: ImportRun) -> HttpResponse:
    table = read_table(Path(run.settings["path"]), count_known)
    brand = get_brand()
    form = SettleForm(request.POST or None, initial={"zone": brand.zone, "currency": brand.currency})
    if request.method == "POST" and form.is_valid():
        return _start(request, run, form.cleaned_data)
    chosen = request.GET.get("mapping")
    mapping = get_mapping(chosen, table.header) if chosen else guess_mapping(table.header)
    context = {
        "run": run,
        "form": form,
        "mapping": mapping,
        "mapping_names": list_mapping_names(),
        "fields": [
            {"field": field, "header": request.POST.get(f"column_{field.name}", mapping.columns.get(field.name, ""))}
            for field in ORDER_FIELDS
        ],
        "headers": table.header,
        "preview": _preview(table, mapping),
    }
    return show(request, "intake/settle.html", run.file_name, context)


def _preview(table: TextTable, mapping: OrderMapping) -> dict[str, Any]:
    """The first rows, with what each mapped column becomes."""
    meaning = {header: field.title for field in ORDER_FIELDS if (header := mapping.columns.get(field.name))}
    rows: list[list[str]] = []
    for batch in islice(table.batches, 1):
        columns = batch.slice(0, PREVIEW_ROWS).to_pydict()
        rows = [list(row) for row in zip(*(columns[f"c{place}"] for place in range(len(table.header))), strict=True)]
    return {"headers": [(header, meaning.get(header)) for header in table.header], "rows": rows}


def _start(request: StaffRequest, run: ImportRun, asked: dict[str, Any]) -> HttpResponse:
    columns = {
        field.name: header for field in ORDER_FIELDS if (header := request.POST.get(f"column_{field.name}", "").strip())
    }
    ready = request.POST.get("mapping_name", "")
    options = get_mapping(ready, list(columns.values())).as_json()["options"] if ready else {}
    name = asked["save_as"].strip()
    command_id = command_id_of(request)
    context: dict[str, Any] = {"actor": request.actor, "now": clock.now()}
    if name:
        save_mapping(command_id=f"{command_id}:mapping", name=name, columns=columns, options=options, **context)
    start_import(
        command_id=command_id,
        run_id=run.pk,
        mapping={"name": name or ready, "columns": columns, "options": options},
        zone=asked["zone"],
        currency=asked["currency"],
        drop_repeats=asked["drop_repeats"],
        dry_run=request.POST.get("only_check") == "yes",
        **context,
    )
    return redirect("intake.import", run.pk)


def _outcome(run: ImportRun) -> dict[str, Any]:
    result = run.result or {}
    problem = None
    if run.problem:
        problem = str(Problem.by_code[run.problem["code"]](**run.problem["fields"]))
    return {
        "run": run,
        "is_busy": run.state in BUSY,
        "result": result,
        "file_currency": result.get("currency") or get_brand().currency,
        "reasons": [(REASONS.get(code, code), count) for code, count in result.get("reasons", {}).items()],
        "problem": problem,
        "has_errors_file": (import_folder(run.pk) / "errors.csv").exists(),
    }


@require_POST
@page("intake.cancel_import")
def cancel(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Stop an import."""
    cancel_import(command_id=command_id_of(request), actor=request.actor, now=clock.now(), run_id=run_id)
    messages.success(request, _("The import stops. What was taken so far stays; importing the file again goes on from there."))
    return redirect("intake.import", run_id)


@page("intake.view")
def errors_file(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Download the rows that were not taken, with their reasons."""
    run = get_import(run_id)
    file = import_folder(run.pk) / "errors.csv"
    if not file.exists() or settings.FILES_ROOT not in file.parents:
        return redirect("intake.import", run_id)
    name = f"errors-{Path(run.file_name).stem}.csv"
    return FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type="text/csv")  # type: ignore[return-value]


urlpatterns = [
    path("imports/", imports_page, name="intake.imports"),
    path("imports/<uuid:run_id>/", import_page, name="intake.import"),
    path("imports/<uuid:run_id>/cancel/", cancel, name="intake.cancel_import"),
    path("imports/<uuid:run_id>/errors/", errors_file, name="intake.errors_file"),
]
