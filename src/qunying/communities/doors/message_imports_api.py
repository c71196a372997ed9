"""The API of files of messages: send one, follow it, fetch the rows that are no messages; mappings of columns."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import FileResponse
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from qunying.communities.actions.cancel_message_import import cancel_message_import
from qunying.communities.actions.receive_message_import import receive_message_import
from qunying.communities.actions.save_message_mapping import save_message_mapping
from qunying.communities.actions.start_message_import import start_message_import
from qunying.communities.inbound.importing import errors_path
from qunying.communities.models import MessageImport
from qunying.communities.queries.get_community import get_community
from qunying.communities.queries.get_message_import import get_message_import
from qunying.communities.queries.preview_messages import get_message_columns, list_message_mappings
from qunying.kernel import clock
from qunying.kernel.files.limits import FileNotFound
from qunying.kernel.files.uploads import store_upload
from qunying.kernel.ids import derived_id
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of, command_id_of
from qunying.kernel.wire import PLAIN, Cursor, Limit

router = Router()
Word = Annotated[str, Field(max_length=80, pattern=PLAIN)]
Header = Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]


class MessageFileSettings(Schema, extra="forbid"):
    """How the file is read; what is left out is the brand's, and columns are guessed by their headers."""

    mapping: Word = ""
    zone: Annotated[str, Field(max_length=64, pattern=PLAIN)] = ""
    dry_run: bool = False


class MessageImportOut(Schema):
    """A file of messages: its state (uploaded, waiting, running, done, failed, cancelled) and what its rows changed."""

    id: UUID
    community_id: UUID
    file_name: str
    state: str
    dry_run: bool
    columns: dict[str, str] | None
    zone: str
    rows_read: int
    new: int
    changed: int
    unchanged: int
    refused: int
    problem: str
    created_at: datetime
    finished_at: datetime | None


class MessageImportPage(Schema):
    """A page of imports, newest first."""

    items: list[MessageImportOut]
    next_cursor: str | None


class MessageMappingIn(Schema, extra="forbid"):
    """Headers by field: sent_at, text, author_id, author_name, platform_message_id, reply_to, kind, attachments, change,
    changed_at, deleted_at, from_robot."""

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN)]
    columns: Annotated[dict[Annotated[str, Field(max_length=40)], Header], Field(min_length=1, max_length=20)]


class MessageMappingOut(Schema):
    """A mapping that is kept."""

    name: str
    columns: dict[str, str]
    changed_at: datetime


class MessageMappingList(Schema):
    """All mappings, the latest first."""

    items: list[MessageMappingOut]


@router.post(
    "/communities/{uuid:community_id}/messages/imports",
    response={202: MessageImportOut},
    operation_id="communities.start_message_import",
)
def send_file(
    request: ApiRequest, community_id: UUID, settings: Form[MessageFileSettings], file: File[UploadedFile]
) -> object:
    """Take in a file of messages (CSV, JSON lines, XLSX, Parquet) and import it in the background, or only check it."""
    actor, now, command_id = request.actor, clock.now(), command_id_of(request)
    actor.require("communities.start_message_import")
    get_community(community_id)
    columns = get_message_columns(settings.mapping) if settings.mapping else None
    import_id = derived_id("message import", actor.key, command_id)
    if not MessageImport.objects.filter(pk=import_id).exists():
        store_upload(import_id, file)
        receive_message_import(
            command_id=f"{command_id}/receive",
            actor=actor,
            now=now,
            import_id=import_id,
            community_id=community_id,
            file_name=file.name or "",
        )
    start_message_import(
        command_id=command_id,
        actor=actor,
        now=now,
        import_id=import_id,
        columns=columns,
        zone=settings.zone or None,
        dry_run=settings.dry_run,
    )
    return 202, get_message_import(import_id)


@router.get(
    "/communities/{uuid:community_id}/messages/imports",
    response=MessageImportPage,
    operation_id="communities.list_message_imports",
)
def list_all(
    request: ApiRequest,
    community_id: UUID,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """List a community's files of messages, newest first."""
    request.actor.require("communities.view")
    page = cut_page(
        get_community(community_id).message_imports.all(),
        order_by="-created_at",
        cursor=cursor,
        size=limit,
    )
    return {"items": page.rows, "next_cursor": page.next_cursor}


@router.get(
    "/community-messages/imports/{uuid:import_id}",
    response=MessageImportOut,
    operation_id="communities.get_message_import",
)
def get_one(request: ApiRequest, import_id: UUID) -> object:
    """Return how far a file of messages has come."""
    request.actor.require("communities.view")
    return get_message_import(import_id)


@router.post(
    "/community-messages/imports/{uuid:import_id}/cancel",
    response=MessageImportOut,
    operation_id="communities.cancel_message_import",
)
def cancel(request: ApiRequest, import_id: UUID) -> object:
    """Stop after the present batch; what is stored stays."""
    get_message_import(import_id)
    cancel_message_import(**act_of(request), import_id=import_id)
    return get_message_import(import_id)


@router.get(
    "/community-messages/imports/{uuid:import_id}/errors",
    operation_id="communities.get_message_import_errors",
    openapi_extra={"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}},
)
def errors(request: ApiRequest, import_id: UUID) -> FileResponse:
    """Return the rows that are no messages as CSV: row, field, value."""
    request.actor.require("communities.view")
    path = errors_path(get_message_import(import_id).pk)
    if not path.is_file():
        raise FileNotFound(path="errors.csv")
    return FileResponse(path.open("rb"), content_type="text/csv; charset=utf-8")


@router.get(
    "/community-messages/mappings",
    response=MessageMappingList,
    operation_id="communities.list_message_mappings",
)
def mappings(request: ApiRequest) -> object:
    """List the kept mappings of columns."""
    request.actor.require("communities.view")
    return {"items": list_message_mappings()}


@router.post(
    "/community-messages/mappings",
    response={201: MessageMappingOut},
    operation_id="communities.save_message_mapping",
)
def save(request: ApiRequest, body: MessageMappingIn) -> object:
    """Keep a mapping under its name, in place of one that has the name."""
    mapping_id = save_message_mapping(**act_of(request), name=body.name, columns=body.columns)
    return 201, next(one for one in list_message_mappings() if one.pk == mapping_id)
