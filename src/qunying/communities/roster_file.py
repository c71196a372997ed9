"""Reading a roster from a CSV file as platforms and people write it."""

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.models import GroupMember
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
    "joined_at": ("joined_at", "join_time", "joined", "入群时间", "加入时间"),
    "phone": ("phone", "mobile", "手机", "手机号"),
    "email": ("email", "e-mail", "mail", "邮箱"),
    "shop_customer": ("shop_customer", "customer_id", "customer", "客户编号", "会员号", "会员编号"),
    "wecom": ("wecom", "external_userid", "外部联系人id"),
}
ROLES = {
    "owner": GroupMember.Role.OWNER,
    "群主": GroupMember.Role.OWNER,
    "admin": GroupMember.Role.ADMIN,
    "管理员": GroupMember.Role.ADMIN,
}
IDENTITIES = ("phone", "email", "shop_customer", "wecom")


class RosterUnreadable(Problem):
    """The file is no roster."""

    code = "roster_unreadable"
    kind = Kind.INVALID
    message = _("This is not a roster that can be read: {reason}")


def read_roster(content: bytes, zone: str) -> list[RosterRow]:
    """Return the people of a CSV file (UTF-8 or GB18030; comma, semicolon or tab; header in the first line).

    Args:
        content: the file.
        zone: the IANA zone of its times.

    Raises:
        RosterUnreadable: when it is too large, is no text, names nobody, or a time in it cannot be read (with its row).
    """
    if len(content) > MAX_BYTES:
        raise RosterUnreadable(reason=str(_("it is larger than 5 MB.")))
    lines = list(csv.DictReader(io.StringIO(_text(content)), delimiter=_delimiter(content)))
    if not lines:
        raise RosterUnreadable(reason=str(_("it has no rows below its header.")))
    if len(lines) > MAX_ROWS:
        raise RosterUnreadable(reason=str(_("it has more than 20,000 rows.")))
    columns = _columns(list(lines[0]))
    if not {"platform_user_id", *IDENTITIES} & set(columns):
        raise RosterUnreadable(
            reason=str(_("no column says who the people are (user_id, phone, e-mail, customer_id …)."))
        )
    return [_row(line, columns, number, zone) for number, line in enumerate(lines, 2)]


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


def _columns(header: list[str | None]) -> dict[str, str]:
    spelled = {(name or "").strip().lower(): name or "" for name in header if name}
    found = {}
    for column, names in COLUMNS.items():
        for name in names:
            if name in spelled:
                found[column] = spelled[name]
                break
    return found


def _row(line: dict[str, str], columns: dict[str, str], number: int, zone: str) -> RosterRow:
    values = {column: (normalise.text(line.get(name) or "") or "")[:200] for column, name in columns.items()}
    identities = {type_: values[type_] for type_ in IDENTITIES if values.get(type_)}
    key = values.get("platform_user_id") or next(
        (f"{type_}:{value}" for type_, value in identities.items()), ""
    )
    if not key:
        raise RosterUnreadable(reason=str(_("row {row} does not say who the person is.")).format(row=number))
    return RosterRow(
        platform_user_id=key,
        nickname=values.get("nickname", ""),
        role=ROLES.get(values.get("role", "").lower(), GroupMember.Role.MEMBER),
        source=values.get("source", ""),
        joined_at=_moment(values.get("joined_at", ""), number, zone),
        identities=identities,
    )


def _moment(text: str, number: int, zone: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = normalise.moment(text, "year_month_day")
        return normalise.to_utc(moment, ZoneInfo(zone)) if moment else None
    except normalise.Unreadable as error:
        reason = str(_("row {row}: “{text}” is not a time.")).format(row=number, text=text[:40])
        raise RosterUnreadable(reason=reason) from error
