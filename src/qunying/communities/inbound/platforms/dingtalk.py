"""DingTalk robots: HMAC-SHA-256 of the timestamp and the app secret, in the headers ``timestamp`` and ``sign``.

DingTalk signs the time and not the body, and says itself that an hour is too late; we take five minutes. Description:
open.dingtalk.com, "接收消息的消息协议".
"""

import base64
import hashlib
import hmac
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
    require_fresh,
)

_GROUP = "2"
_KINDS = {
    "text": "text",
    "richText": "text",
    "picture": "picture",
    "video": "video",
    "audio": "file",
    "file": "file",
}


def open_delivery(secret: str, delivery: Delivery) -> Opened:
    """Check and read a delivery.

    Args:
        secret: the robot's app secret.

    Raises:
        SignatureRefused, DeliveryStale, DeliveryUnreadable.
    """
    stamp = delivery.headers.get("timestamp", "")
    signed = hmac.new(
        secret.encode(), f"{stamp}\n{secret}".encode("utf-8", "replace"), hashlib.sha256
    ).digest()
    require_equal(delivery.headers.get("sign", ""), base64.b64encode(signed).decode())
    require_fresh(stamp[:-3], delivery.now)
    try:
        payload = json.loads(delivery.body)
        if str(payload["conversationType"]) != _GROUP:
            return Opened()
        return Opened(told=[_told(payload)])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DeliveryUnreadable(reason="JSON") from error


def _told(payload: dict[str, Any]) -> Told:
    kind = str(payload.get("msgtype", ""))
    text, attachments = _content(kind, payload)
    answered = payload.get("text", {}).get("repliedMsg") or {}
    message = IncomingMessage(
        platform_message_id=str(payload["msgId"]),
        sent_at=instant(payload["createAt"], milliseconds=True),
        author_id=str(payload.get("senderStaffId") or payload["senderId"]),
        author_name=str(payload.get("senderNick", "")),
        kind=_KINDS.get(kind, "card"),
        text=text,
        attachments=attachments,
        reply_to=str(answered.get("msgId") or payload.get("originalMsgId") or ""),
    )
    return Told(str(payload["conversationId"]), str(payload.get("conversationTitle", "")), message)


def _content(kind: str, payload: dict[str, Any]) -> tuple[str, list[Attachment]]:
    if kind == "text":
        return str(payload["text"]["content"]).strip(), []
    content = payload.get("content") or {}
    parts = content.get("richText") or [content]
    text = "".join(str(part.get("text", "")) for part in parts)
    attachments = [
        Attachment(
            reference=str(part["downloadCode"]),
            kind="picture" if kind == "richText" else _KINDS.get(kind, "file"),
            name=str(part.get("fileName", "")),
        )
        for part in parts
        if part.get("downloadCode")
    ]
    return text or str(content.get("recognition", "")), attachments
