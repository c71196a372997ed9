"""Reading a roster from a CSV or XLSX file as platforms and people write it."""

import csv
import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from qunying.communities.models import GroupMember
from qunying.communities.roster_rows import RosterRow, find_fault
from qunying.engines import normalise
from qunying.kernel.problems import Kind, Problem

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000

COLUMNS = {
    "platform_user_id": (
        "platform_user_id",
        "user_id",
        "userid",
        "external_userid",
        "id",
        "成员id",
        "用户id",
        "微信号",
        "编号",
    ),
    "nickname": ("nickname", "name", "display_name", "昵称", "群昵称", "姓名", "名称"),
    "role": ("role", "角色", "身份"),
    "source": ("source", "channel", "来源", "入群方式", "渠道"),
    "invited_by": ("invited_by", "inviter", "invitor", "邀请人", "推荐人"),
    "joined_at": ("joined_at", "join_time", "joined", "入群时间", "加入时间", "进群时间"),
    "left_at": ("left_at", "leave_time", "left", "退群时间", "离开时间"),
    "phone": ("phone", "mobile", "手机", "手机号"),
    "email": ("email", "e-mail", "mail", "邮箱"),
    "shop_customer": ("shop_customer", "customer_id", "customer", "客户编号", "会员号", "会员编号"),
    "wecom": ("wecom", "external_userid", "外部联系人id"),
    "unionid": ("unionid", "union_id"),
    "openid": ("openid", "open_id"),
}
ROLES = {
    "owner": GroupMember.Role.OWNER,
    "群主": GroupMember.Role.OWNER,
    "admin": GroupMember.Role.ADMIN,
    "管理员": GroupMember.Role.ADMIN,
    "member": GroupMember.Role.MEMBER,
    "成员": GroupMember.Role.MEMBER,
    "群成员": GroupMember.Role.MEMBER,
    "普通成员": GroupMember.Role.MEMBER,
}
IDENTITIES = ("phone", "email", "shop_customer", "wecom", "unionid", "openid")


class RosterUnreadable(Problem):
    """The file is no roster."""

    code = "roster_unreadable"
    kind = Kind.INVALID
    message = _("This is not a roster that can be read: {reason}")


class RosterCellUnreadable(Problem):
    """A cell of the roster cannot be what it says."""

    code = "roster_cell_unreadable"
    kind = Kind.INVALID
    message = _("Row {row}, column “{column}”, “{text}”: {reason}. Nothing was taken over.")


def read_roster(content: bytes, zone: str, now: datetime) -> list[RosterRow]:
    """Return the people of a file: CSV (UTF-8 or GB18030; comma, semicolon or tab) or XLSX, header in the first line.

    Args:
        content: the file.
        zone: the IANA zone of its times.
        now: nothing in it may lie later.

    Raises:
        RosterUnreadable: when it is too large, is no table, or names nobody.
        RosterCellUnreadable: when a cell cannot be read or cannot be, with its row and column.
        What ``kernel.files`` raises for spreadsheets that are damaged or dangerous.
    """
    if len(content) > MAX_BYTES:
        raise RosterUnreadable(reason=str(_("it is larger than 5 MB.")))
    lines = _sheet_lines(content) if content.startswith(b"PK\x03\x04") else _text_lines(content)
    header = next(lines, [])
    body = [(number, cells) for number, cells in enumerate(islice(lines, MAX_ROWS + 1), 2) if any(cells)]
    if not body:
        raise RosterUnreadable(reason=str(_("it has no rows below its header.")))
    if len(body) > MAX_ROWS:
        raise RosterUnreadable(reason=str(_("it has more than 20,000 rows.")))
    columns = _columns(header)
    if not {"platform_user_id", *IDENTITIES} & set(columns):
        raise RosterUnreadable(
            reason=str(_("no column says who the people are (user_id, phone, e-mail, customer_id …)."))
        )
    return [_Line(number, cells, header, columns).row(zone, now) for number, cells in body]


def _text_lines(content: bytes) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(_text(content), newline=""), delimiter=_delimiter(content))
    except csv.Error as error:
        raise RosterUnreadable(reason=str(error)) from error


def _sheet_lines(content: bytes) -> Iterator[list[str]]:
    """Yield the rows of the first sheet, after looking at what is packed into the file."""
    from python_calamine import CalamineError, CalamineWorkbook

    from qunying.kernel.files.archive import check_spreadsheet
    from qunying.kernel.files.spreadsheet import cell_text

    with tempfile.TemporaryDirectory(prefix="roster-") as folder:
        path = Path(folder) / "roster.xlsx"
        path.write_bytes(content)
        check_spreadsheet(path)
        try:
            with CalamineWorkbook.from_path(str(path)) as workbook:
                for cells in workbook.get_sheet_by_index(0).iter_rows():
                    yield [cell_text(cell) for cell in cells]
        except (CalamineError, OSError, ValueError) as error:
            raise RosterUnreadable(reason=str(_("the spreadsheet is damaged."))) from error


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise RosterUnreadable(reason=str(_("it is not text in UTF-8 or GB18030.")))


def _delimiter(content: bytes) -> str:
    header = content.split(b"\n", 1)[0]
    return max((",", ";", "\t"), key=lambda sign: header.count(sign.encode()))


def _columns(header: list[str]) -> dict[str, int]:
    """Return the place of each column that is understood."""
    spelled = {name.strip().lower(): place for place, name in reversed(list(enumerate(header)))}
    found = {}
    for column, names in COLUMNS.items():
        for name in names:
            if name in spelled:
                found[column] = spelled[name]
                break
    return found


@dataclass(frozen=True)
class _Line:
    """One line of the file: its number, its cells, and which column is what."""

    number: int
    cells: list[str]
    header: list[str]
    columns: dict[str, int]

    def row(self, zone: str, now: datetime) -> RosterRow:
        """Return the person of the line."""
        identities = {type_: value for type_ in IDENTITIES if (value := self._value(type_))}
        key = self._value("platform_user_id") or next(
            (f"{type_}:{value}" for type_, value in identities.items()), ""
        )
        if not key:
            reason = str(_("row {row} does not say who the person is.")).format(row=self.number)
            raise RosterUnreadable(reason=reason)
        row = RosterRow(
            platform_user_id=key,
            nickname=self._value("nickname"),
            role=self._role(),
            source=self._value("source")[:100],
            invited_by=self._value("invited_by"),
            joined_at=self._moment("joined_at", zone),
            left_at=self._moment("left_at", zone),
            identities=identities,
        )
        if fault := find_fault(row, now):
            raise self._unreadable(fault.field, str(fault.reason))
        return row

    def _value(self, column: str) -> str:
        place = self.columns.get(column)
        if place is None or place >= len(self.cells):
            return ""
        return (normalise.text(self.cells[place]) or "")[:200]

    def _role(self) -> str:
        said = self._value("role").lower()
        if said and said not in ROLES:
            raise self._unreadable("role", str(_("there is no such role")))
        return ROLES[said] if said else ""

    def _moment(self, column: str, zone: str) -> datetime | None:
        said = self._value(column)
        if not said:
            return None
        try:
            moment = normalise.moment(said, "year_month_day")
            return normalise.to_utc(moment, ZoneInfo(zone)) if moment else None
        except (normalise.Unreadable, OverflowError) as error:
            raise self._unreadable(column, str(_("it is not a time"))) from error

    def _unreadable(self, column: str, reason: str) -> RosterCellUnreadable:
        name = self.header[self.columns[column]] if column in self.columns else column
        text = self._value(column)[:40]
        return RosterCellUnreadable(row=self.number, column=name.strip()[:40], text=text, reason=reason)
