"""Messages from a file as people and platforms write them: which column is what, and each row as a message."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from qunying.communities.inbound.incoming import Attachment, IncomingMessage
from qunying.communities.inbound.message_mapping import guess_columns, places_of
from qunying.communities.models import Message
from qunying.engines import normalise
from qunying.kernel.files.reading import read_table
from qunying.kernel.files.text_table import ROW, TextTable
from qunying.kernel.ids import derived_id

KINDS = {
    "": "text", "文本": "text", "msg": "text", "图片": "picture", "image": "picture", "photo": "picture", "视频": "video",
    "链接": "link", "文件": "file", "voice": "file", "语音": "file", "卡片": "card", "小程序": "card", "系统": "system",
}  # fmt: skip
_YES = {"1", "true", "yes", "是"}
_EPOCH_FROM, _EPOCH_MILLISECONDS_FROM = 10**8, 10**11


@dataclass(frozen=True)
class BadRow:
    """A row that is no message, and what of it cannot be read."""

    row: int
    field: str
    value: str


def open_message_table(path: Path, columns: Mapping[str, str] | None) -> tuple[TextTable, dict[str, str]]:
    """Open a CSV, JSON lines, XLSX or Parquet file; return its table and which column is what.

    Args:
        path: the file.
        columns: field → header; None to go by the headers.

    Raises:
        What ``kernel.files`` raises.
    """
    named = set((columns or {}).values())

    def recognise(header: list[str]) -> int:
        return max(len(guess_columns(header)), sum(cell.strip() in named for cell in header))

    table = read_table(path, recognise)
    return table, dict(columns) if columns else guess_columns(table.header)


def read_message_file(
    path: Path, zone: str, columns: Mapping[str, str] | None = None
) -> Iterator[IncomingMessage | BadRow]:
    """Yield the messages of a file, and the rows that are none.

    Messages without an id get one from author, time, text and which of several alike it is, so that the same file twice is the same
    messages.

    Args:
        path: the file.
        zone: the IANA zone of times that name none.
        columns: field → header; None to go by the headers.

    Raises:
        NoMessagesThere, and what ``kernel.files`` raises.
    """
    table, known = open_message_table(path, columns)
    for _number, _cells, judged in judged_rows(table, known, zone):
        yield judged
    for misfit in table.misfits:
        yield BadRow(misfit.row, "columns", misfit.text[:100])


def judged_rows(
    table: TextTable, columns: Mapping[str, str], zone: str
) -> Iterator[tuple[int, dict[str, str], IncomingMessage | BadRow]]:
    """Yield each row that is not empty: its number, its cells by field, and the message that it is, or why it is none.

    Raises:
        NoMessagesThere: when the columns make no message.
    """
    alike: dict[tuple[str, ...], int] = {}
    for number, cells in _rows(table, places_of(columns, table.header)):
        try:
            yield number, cells, _message(cells, ZoneInfo(zone), alike)
        except normalise.Unreadable as error:
            yield number, cells, BadRow(number, error.code, str(error.value)[:100])


def _rows(table: TextTable, places: dict[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    for batch in table.batches:
        columns = {name: batch.column(f"c{place}").to_pylist() for name, place in places.items()}
        for index, number in enumerate(batch.column(ROW).to_pylist()):
            cells = {name: values[index] for name, values in columns.items()}
            if any(value.strip() for value in cells.values()):
                yield number, cells


def _message(cells: dict[str, str], zone: ZoneInfo, alike: dict[tuple[str, ...], int]) -> IncomingMessage:
    change, changed_at = cells.get("change", "").strip().lower(), _moment(cells.get("changed_at", ""), zone)
    deleted_at = _moment(cells.get("deleted_at", ""), zone)
    if deleted_at is not None:
        change, changed_at = "deleted", deleted_at
    if change not in {"", "posted", "edited", "deleted"}:
        raise normalise.Unreadable("change", change)
    sent_at = _moment(cells.get("sent_at", ""), zone)
    if sent_at is None and changed_at is None:
        raise normalise.Unreadable("sent_at", "")
    kind = cells.get("kind", "").strip().lower()
    kind = KINDS.get(kind, kind)
    if kind not in Message.Kind.values:
        raise normalise.Unreadable("kind", kind)
    author = cells.get("author_id", "").strip() or cells.get("author_name", "").strip()
    key = cells.get("platform_message_id", "").strip()
    if not key:
        same = (author, str(sent_at), cells.get("text", ""))
        alike[same] = alike.get(same, 0) + 1
        key = f"row:{derived_id('message row', *same, str(alike[same])).hex}"
    return IncomingMessage(
        platform_message_id=key,
        change=change or "posted",  # type: ignore[arg-type]
        sent_at=sent_at or changed_at,
        changed_at=changed_at or (sent_at if change in {"edited", "deleted"} else None),
        author_id=author,
        author_name=cells.get("author_name", "").strip(),
        kind=kind,
        text=cells.get("text", ""),
        attachments=_attachments(cells.get("attachments", "")),
        reply_to=cells.get("reply_to", "").strip(),
        from_robot=cells.get("from_robot", "").strip().lower() in _YES,
    )


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    text = text.strip()
    if not text:
        return None
    if text.isdecimal() and len(text) <= 13 and int(text) >= _EPOCH_FROM and len(text) != 8:
        number = int(text)
        return datetime.fromtimestamp(number / 1000 if number >= _EPOCH_MILLISECONDS_FROM else number, UTC)
    try:
        moment = normalise.moment(text, "year_month_day")
        return normalise.to_utc(moment, zone) if moment else None
    except normalise.Unreadable as error:
        raise normalise.Unreadable("time", text) from error


def _attachments(text: str) -> list[Attachment]:
    """Return attachments from JSON as we write it, or from addresses with spaces or semicolons between them."""
    text = text.strip()
    if not text:
        return []
    if text.startswith("["):
        try:
            found: Any = json.loads(text)
            return [Attachment(**{key: str(value) for key, value in one.items()}) for one in found]
        except (ValueError, TypeError, AttributeError) as error:
            raise normalise.Unreadable("attachments", text[:100]) from error
    return [Attachment(reference=reference) for reference in text.replace(";", " ").split()]
