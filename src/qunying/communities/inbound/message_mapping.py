"""Which column of a file is what of a message: by its header, or as staff say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem

MAX_HEADER = 200


@dataclass(frozen=True)
class MessageField:
    """A field of a message, its title, and the headers that people and platforms give it."""

    name: str
    title: Any
    headers: tuple[str, ...]


FIELDS = (
    MessageField("sent_at", _("Time"), ("sent_at", "time", "date", "timestamp", "create_time", "msgtime", "发送时间", "时间", "日期")),
    MessageField("author_id", _("Author's id"), ("author_id", "from", "from_id", "sender", "sender_id", "user_id", "userid", "发送人id", "用户id", "发言人id")),
    MessageField("author_name", _("Author's name"), ("author_name", "nick", "nickname", "sender_name", "name", "昵称", "发言人", "发送人", "群昵称")),
    MessageField("text", _("Text"), ("text", "content", "message", "body", "内容", "消息", "消息内容", "文本")),
    MessageField("platform_message_id", _("Id of the message"), ("platform_message_id", "message_id", "msgid", "msg_id", "id", "消息id", "消息编号")),
    MessageField("reply_to", _("Id of the message that it answers"), ("reply_to", "reply_to_id", "parent_id", "reply", "回复", "回复消息id", "引用")),
    MessageField("kind", _("Kind"), ("kind", "type", "msgtype", "message_type", "类型", "消息类型")),
    MessageField("attachments", _("Attachments"), ("attachments", "attachment", "file", "url", "附件", "链接")),
    MessageField("change", _("Edited or deleted"), ("change", "action", "变更", "动作")),
    MessageField("changed_at", _("Edited or deleted at"), ("changed_at", "edited_at", "变更时间")),
    MessageField("deleted_at", _("Deleted at"), ("deleted_at", "撤回时间", "删除时间")),
    MessageField("from_robot", _("Said by a robot"), ("from_robot", "is_bot", "机器人")),
)  # fmt: skip
NAMES = tuple(field.name for field in FIELDS)


class NoMessagesThere(Problem):
    """The file has no columns that messages need."""

    code = "message_columns_missing"
    kind = Kind.INVALID
    message = _(
        "The file needs columns for the time and for the text or id of the messages (time, author, text, message_id …)."
    )


class BadMessageMapping(Problem):
    """A mapping names a field that messages do not have, or one column twice."""

    code = "message_mapping_bad"
    kind = Kind.INVALID
    message = _("The mapping cannot be used: “{header}” is unknown, too long, or means two things.")


def guess_columns(header: Sequence[str]) -> dict[str, str]:
    """Return which headers of a file are known, by field; the first of several wins."""
    spelled = {name.strip().lower(): name.strip() for name in reversed(header)}
    found: dict[str, str] = {}
    for field in FIELDS:
        known = next((spelled[name] for name in field.headers if name in spelled), None)
        if known is not None and known not in found.values():
            found[field.name] = known
    return found


def checked_columns(columns: Mapping[str, str]) -> dict[str, str]:
    """Return a mapping of fields to headers without its empty entries.

    Raises:
        BadMessageMapping: when it names an unknown field, or one header for two.
        NoMessagesThere: when it makes no message.
    """
    found = {name: header.strip() for name, header in columns.items() if header.strip()}
    for name, header in found.items():
        twice = list(found.values()).count(header) > 1
        if name not in NAMES or twice or len(header) > MAX_HEADER or "\0" in header:
            raise BadMessageMapping(header=(header if name in NAMES else name)[:60].replace("\0", ""))
    require_enough(found)
    return found


def require_enough(columns: Mapping[str, object]) -> None:
    """Refuse columns without a time, or without both a text and an id.

    Raises:
        NoMessagesThere: when they are missing.
    """
    if "sent_at" not in columns or not {"text", "platform_message_id"} & set(columns):
        raise NoMessagesThere


def places_of(columns: Mapping[str, str], header: Sequence[str]) -> dict[str, int]:
    """Return where the columns of a mapping are in a file; columns that the file lacks are left out.

    Raises:
        NoMessagesThere: when what is left makes no message.
    """
    where = {name.strip(): place for place, name in reversed(list(enumerate(header)))}
    found = {name: where[text] for name, text in columns.items() if text in where}
    require_enough(found)
    return found
