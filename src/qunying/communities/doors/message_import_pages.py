"""Console pages of files of messages: upload, which column is what, a look at the first rows, progress and result."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.actions.cancel_message_import import cancel_message_import
from qunying.communities.actions.receive_message_import import receive_message_import
from qunying.communities.actions.save_message_mapping import save_message_mapping
from qunying.communities.actions.start_message_import import start_message_import
from qunying.communities.inbound.importing import errors_path
from qunying.communities.inbound.message_mapping import FIELDS
from qunying.communities.models import MessageImport
from qunying.communities.queries.get_message_import import get_message_import
from qunying.communities.queries.preview_messages import list_message_mappings, preview_messages
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.files.uploads import import_folder, store_upload
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Problem
from qunying.kernel.web import act_of
from qunying.kernel.zones import list_zones


class FileForm(forms.Form):
    """A file of messages."""

    file = forms.FileField(
        label=gettext_lazy("File of messages (CSV, JSON lines, XLSX, Parquet)"),
        help_text=gettext_lazy("You see what becomes of the rows before anything is stored."),
    )


@require_POST
@page("communities.receive_message_import")
def upload(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Take in a file of messages and go on to its columns."""
    form = FileForm(request.POST, request.FILES)
    try:
        import_id = UUID(request.POST.get("import_id", ""))
    except ValueError:
        import_id = new_id()
    if not form.is_valid():
        messages.error(request, _("Choose a file."))
        return redirect("communities.talk", community_id)
    file = form.cleaned_data["file"]
    if not MessageImport.objects.filter(pk=import_id).exists():
        store_upload(import_id, file)
        receive_message_import(
            **act_of(request), import_id=import_id, community_id=community_id, file_name=file.name or ""
        )
    return redirect("communities.message_import", import_id)


@page("communities.view")
def import_page(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """Show what the columns of a file mean, then how far it has come; the page asks again by itself while it runs."""
    run = get_message_import(import_id)
    context = {"run": run, "has_errors": errors_path(run.pk).exists()}
    if request.headers.get("HX-Request"):
        return render(request, "communities/import_state.html", context)
    if run.may_begin and (run.state == MessageImport.State.UPLOADED or "again" in request.GET):
        return _columns_page(request, run)
    return show(request, "communities/import.html", run.file_name, context)


@require_POST
@page("communities.start_message_import")
def begin(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """Show the rows again, keep the mapping, check the whole file, or take it over."""
    run, wish = get_message_import(import_id), request.POST.get("wish", "preview")
    if wish == "preview" or not run.may_begin:
        return (
            _columns_page(request, run)
            if run.may_begin
            else redirect("communities.message_import", import_id)
        )
    if wish == "save":
        name = request.POST.get("mapping_name", "")
        save_message_mapping(**act_of(request), name=name, columns=_posted_columns(request))
        messages.success(request, _("The mapping “%(name)s” is kept.") % {"name": name.strip()})
        return _columns_page(request, run)
    start_message_import(
        **act_of(request),
        import_id=import_id,
        columns=_posted_columns(request),
        zone=request.POST.get("zone") or None,
        dry_run=wish == "check",
    )
    return redirect("communities.message_import", import_id)


@page("communities.view")
def errors(request: StaffRequest, import_id: UUID) -> HttpResponse:  # noqa: ARG001 - the decorator's signature
    """Hand out the refused rows of an import."""
    path_of_errors = errors_path(get_message_import(import_id).pk)
    if not path_of_errors.exists():
        raise Http404
    return FileResponse(path_of_errors.open("rb"), as_attachment=True, filename="errors.csv")  # type: ignore[return-value]


@require_POST
@page("communities.cancel_message_import")
def cancel(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """Stop an import."""
    cancel_message_import(**act_of(request), import_id=import_id)
    messages.success(request, _("It stops; what is stored stays."))
    return redirect("communities.message_import", import_id)


def _columns_page(request: StaffRequest, run: MessageImport) -> HttpResponse:
    posted = request.method == "POST"
    zone = request.POST.get("zone") or run.zone or get_brand().zone
    chosen = request.GET.get("mapping")
    columns: Any = _posted_columns(request) if posted else run.columns if chosen is None else None
    try:
        found = preview_messages(
            import_folder(run.pk) / "upload", zone=zone, columns=columns, mapping_name=chosen
        )
    except Problem as problem:
        return show(request, "communities/import.html", run.file_name, {"run": run, "problem": str(problem)})
    context = {
        "run": run,
        "found": found,
        "fields": [
            {
                "name": field.name,
                "title": field.title,
                "is_needed": field.name in {"sent_at", "text"},
                "header": found.columns.get(field.name, ""),
                "sample": found.samples.get(field.name, ""),
            }
            for field in FIELDS
        ],
        "headers": [header for header in dict.fromkeys(found.header) if header],
        "zones": list_zones(clock.now(), also=zone),
        "file_zone": zone,
        "mapping_names": [one.name for one in list_message_mappings()],
        "mapping_name": request.POST.get("mapping_name", "") if posted else found.mapping_name,
    }
    return show(request, "communities/message_columns.html", run.file_name, context)


def _posted_columns(request: HttpRequest) -> dict[str, str]:
    posted = {field.name: request.POST.get(f"column_{field.name}", "").strip() for field in FIELDS}
    return {name: header for name, header in posted.items() if header}


urlpatterns = [
    path("communities/<uuid:community_id>/messages/import/", upload, name="communities.import_messages"),
    path("communities/imports/<uuid:import_id>/", import_page, name="communities.message_import"),
    path("communities/imports/<uuid:import_id>/begin/", begin, name="communities.begin_message_import"),
    path("communities/imports/<uuid:import_id>/errors/", errors, name="communities.import_errors"),
    path("communities/imports/<uuid:import_id>/cancel/", cancel, name="communities.cancel_import"),
]
