"""What the first rows of a file of messages would become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.communities.inbound.incoming import IncomingMessage
from qunying.communities.inbound.message_file import BadRow, judged_rows, open_message_table
from qunying.communities.inbound.message_mapping import NoMessagesThere, guess_columns
from qunying.communities.models import MessageMapping
from qunying.kernel.problems import Kind, Problem

LOOKED_AT, SHOWN = 200, 12
BECOMES = {
    "posted": pgettext_lazy("row", "message"),
    "edited": pgettext_lazy("row", "edit"),
    "deleted": pgettext_lazy("row", "deletion"),
}
# Why a row is no message, by the code in the file of refused rows.
REASONS = {
    "time": _("a time that cannot be read"),
    "sent_at": _("no time"),
    "kind": _("an unknown kind"),
    "change": _("neither posted nor edited nor deleted"),
    "attachments": _("attachments that cannot be read"),
    "columns": _("more or fewer cells than the header"),
}


class MessageMappingNotFound(Problem):
    """No mapping has this name."""

    code = "message_mapping_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no mapping “{name}” for files of messages.")


@dataclass(frozen=True)
class MessagePreviewRow:
    """One row and what it would become; ``reason`` says why it would not be taken."""

    row: int
    sent_at: datetime | None
    author: str
    text: str
    reply_to: str
    change: str
    reason: str


@dataclass(frozen=True)
class MessagePreview:
    """The header, which column is what and by which mapping, a sample of each column, and the first rows or the problem."""

    header: list[str]
    columns: Mapping[str, str]
    mapping_name: str
    samples: Mapping[str, str] = field(default_factory=dict)
    rows: list[MessagePreviewRow] = field(default_factory=list)
    problem: str = ""


def preview_messages(
    path: Path, *, zone: str, columns: Mapping[str, str] | None = None, mapping_name: str | None = None
) -> MessagePreview:
    """Read the beginning of a file of messages.

    Args:
        path: the file.
        zone: of times that name none.
        columns: header by field; None to take a mapping.
        mapping_name: the mapping; empty to go by the headers; None to take the latest one whose columns the file has.

    Raises:
        MessageMappingNotFound, and what reading the file raises; columns that the file lacks are told in the answer.
    """
    table, guessed = open_message_table(path, columns)
    header = [name.strip() for name in table.header]
    name = mapping_name or ""
    if columns is None:
        kept = _fitting(header) if mapping_name is None else _named(mapping_name)
        name, columns = (kept.name, kept.columns) if kept else ("", guessed)
    rows: list[MessagePreviewRow] = []
    samples: dict[str, str] = {}
    try:
        for number, cells, judged in islice(judged_rows(table, columns, zone), LOOKED_AT):
            if len(rows) < SHOWN:
                rows.append(_row(number, cells, judged))
            samples = {**{key: text[:60].replace("\0", "") for key, text in cells.items() if text}, **samples}
    except NoMessagesThere as problem:
        return MessagePreview(header, columns, name, problem=str(problem))
    return MessagePreview(header, columns, name, samples, rows)


def get_message_columns(name: str) -> dict[str, str]:
    """Return the columns of a mapping.

    Raises:
        MessageMappingNotFound: when no mapping has the name.
    """
    kept = _named(name)
    return dict(kept.columns) if kept else {}


def list_message_mappings() -> list[MessageMapping]:
    """Return the mappings, the latest first."""
    return list(MessageMapping.objects.order_by("-changed_at", "name"))


def _named(name: str) -> MessageMapping | None:
    if not name:
        return None
    kept = MessageMapping.objects.filter(name=name.replace("\0", "")).first()
    if kept is None:
        raise MessageMappingNotFound(name=name[:80])
    return kept


def _fitting(header: Sequence[str]) -> MessageMapping | None:
    """Return the latest mapping whose columns are all there and that knows more than the headers tell."""
    guessed = guess_columns(header)
    for kept in list_message_mappings():
        if set(kept.columns.values()) <= set(header) and kept.columns != guessed:
            return kept
    return None


def _row(number: int, cells: Mapping[str, str], judged: IncomingMessage | BadRow) -> MessagePreviewRow:
    author = (cells.get("author_name") or cells.get("author_id") or "").strip()[:60].replace("\0", "")
    text = cells.get("text", "")[:80].replace("\0", "")
    if isinstance(judged, BadRow):
        return MessagePreviewRow(
            number, None, author, text, "", "", str(REASONS.get(judged.field, judged.field))
        )
    return MessagePreviewRow(
        number, judged.sent_at, author, text, judged.reply_to[:60], str(BECOMES[judged.change]), ""
    )
