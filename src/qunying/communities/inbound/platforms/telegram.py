"""Telegram bots: a secret of ours comes back in ``X-Telegram-Bot-Api-Secret-Token``.

Description: core.telegram.org/bots/api, ``setWebhook`` and ``Update``. There is no time in the header; repeats are harmless by
the message's number.
"""

import json
from typing import Any

from qunying.communities.inbound.incoming import Attachment, IncomingMessage
from qunying.communities.inbound.platforms.delivery import (
    Delivery,
    DeliveryUnreadable,
    Opened,
    Told,
    instant,
    require_equal,
)

_GROUPS = {"group", "supergroup", "channel"}
_FILES = {
    "photo": "picture", "sticker": "picture", "animation": "video", "video": "video", "video_note": "video",
    "voice": "file", "audio": "file", "document": "file",
}  # fmt: skip
_NOTICES = ("new_chat_members", "left_chat_member", "new_chat_title", "pinned_message", "group_chat_created")


def open_delivery(secret: str, delivery: Delivery) -> Opened:
    """Check and read a delivery: new and edited messages of groups and channels.

    Args:
        secret: the ``secret_token`` of ``setWebhook``.

    Raises:
        SignatureRefused, DeliveryUnreadable.
    """
    require_equal(delivery.headers.get("x-telegram-bot-api-secret-token", ""), secret)
    try:
        update = json.loads(delivery.body)
        edited = update.get("edited_message") or update.get("edited_channel_post")
        said = edited or update.get("message") or update.get("channel_post")
        if not said or said["chat"]["type"] not in _GROUPS:
            return Opened()
        return Opened(told=[_told(said, is_edit=edited is not None)])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise DeliveryUnreadable(reason="JSON") from error


def _told(said: dict[str, Any], *, is_edit: bool) -> Told:
    author = said.get("from") or {}
    speaker = said.get("sender_chat") or author
    name = " ".join(filter(None, [author.get("first_name"), author.get("last_name")]))
    sent_at = instant(said["date"])
    attachments = _attachments(said)
    kind = attachments[0].kind if attachments else "text"
    if any(notice in said for notice in _NOTICES):
        kind = "system"
    message = IncomingMessage(
        platform_message_id=str(said["message_id"]),
        change="edited" if is_edit else "posted",
        sent_at=sent_at,
        changed_at=instant(said["edit_date"]) if is_edit else None,
        author_id=str(speaker.get("id", "")),
        author_name=str(speaker.get("title") or name or author.get("username", "")),
        kind=kind,
        text=str(said.get("text") or said.get("caption") or _notice(said)),
        attachments=attachments,
        reply_to=str((said.get("reply_to_message") or {}).get("message_id", "")),
        from_robot=bool(author.get("is_bot")) and "sender_chat" not in said,
    )
    return Told(str(said["chat"]["id"]), str(said["chat"].get("title", "")), message)


def _attachments(said: dict[str, Any]) -> list[Attachment]:
    found = []
    for field, kind in _FILES.items():
        part = said.get(field)
        if part:
            file = (
                part[-1] if isinstance(part, list) else part
            )  # photos come in several sizes, the last is the largest
            found.append(
                Attachment(reference=str(file["file_id"]), kind=kind, name=str(file.get("file_name", "")))
            )
    return found


def _notice(said: dict[str, Any]) -> str:
    people = said.get("new_chat_members") or (
        [said["left_chat_member"]] if said.get("left_chat_member") else []
    )
    names = ", ".join(str(person.get("first_name", "")) for person in people)
    sign = "+" if said.get("new_chat_members") else "−"
    return f"{sign} {names}" if names else str(said.get("new_chat_title") or "")
