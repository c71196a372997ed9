"""Feishu apps: SHA-256 over timestamp, nonce, encrypt key and body in ``X-Lark-Signature``; AES-256-CBC inside.

Description: open.feishu.cn, "事件订阅: 配置加密策略" and ``im.message.receive_v1``. Apps must have an Encrypt Key.
"""

import base64
import binascii
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from qunying.communities.inbound.incoming import Attachment, IncomingMessage
from qunying.communities.inbound.platforms.delivery import (
    Delivery,
    DeliveryUnreadable,
    Opened,
    SignatureRefused,
    Told,
    instant,
    require_equal,
    require_fresh,
)

_KINDS = {
    "text": "text", "post": "text", "image": "picture", "sticker": "picture", "media": "video", "audio": "file",
    "file": "file", "folder": "file", "share_chat": "card", "share_user": "card", "interactive": "card", "system": "system",
}  # fmt: skip


def open_delivery(secret: str, delivery: Delivery) -> Opened:
    """Check and read a delivery. The question whether the address is ours comes unsigned, but encrypted with our key.

    Args:
        secret: the app's Encrypt Key.

    Raises:
        SignatureRefused, DeliveryStale, DeliveryUnreadable.
    """
    headers = delivery.headers
    if "x-lark-signature" not in headers:
        question = decrypted(secret, delivery.body)
        if question.get("type") != "url_verification":
            raise SignatureRefused
        return Opened(answer=json.dumps({"challenge": str(question.get("challenge", ""))[:1000]}))
    stamp = headers.get("x-lark-request-timestamp", "")
    start = f"{stamp}{headers.get('x-lark-request-nonce', '')}{secret}".encode("utf-8", "replace")
    require_equal(headers["x-lark-signature"], hashlib.sha256(start + delivery.body).hexdigest())
    require_fresh(stamp, delivery.now)
    try:
        return Opened(told=_told(decrypted(secret, delivery.body)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DeliveryUnreadable(reason="JSON") from error


def decrypted(secret: str, body: bytes) -> dict[str, Any]:
    """Return what is inside a body.

    Raises:
        SignatureRefused: when the key does not fit.
    """
    try:
        sealed = base64.b64decode(json.loads(body)["encrypt"], validate=True)
        key = hashlib.sha256(secret.encode()).digest()
        box = Cipher(algorithms.AES(key), modes.CBC(sealed[:16])).decryptor()
        padded = box.update(sealed[16:]) + box.finalize()
        found = json.loads(padded[: -padded[-1]])
    except (ValueError, KeyError, TypeError, IndexError, binascii.Error) as error:
        raise SignatureRefused from error
    if not isinstance(found, dict):
        raise SignatureRefused
    return found


def _told(payload: dict[str, Any]) -> list[Told]:
    header, event = payload["header"], payload["event"]
    if header["event_type"] == "im.message.recalled_v1":
        message = IncomingMessage(
            platform_message_id=str(event["message_id"]),
            change="deleted",
            changed_at=instant(event.get("recall_time") or header["create_time"], milliseconds=True),
        )
        return [Told(str(event["chat_id"]), "", message)]
    if header["event_type"] != "im.message.receive_v1" or event["message"].get("chat_type") == "p2p":
        return []
    said, sender = event["message"], event["sender"]
    names = sender.get("sender_id") or {}
    kind = str(said["message_type"])
    text, attachments = _content(kind, json.loads(said["content"]))
    for mention in said.get("mentions") or []:
        text = text.replace(str(mention["key"]), f"@{mention.get('name', '')}")
    message = IncomingMessage(
        platform_message_id=str(said["message_id"]),
        sent_at=instant(said["create_time"], milliseconds=True),
        author_id=str(names.get("open_id") or names.get("user_id") or ""),
        kind=_KINDS.get(kind, "card"),
        text=text,
        attachments=attachments,
        reply_to=str(said.get("parent_id") or ""),
        from_robot=sender.get("sender_type") == "app",
    )
    return [Told(str(said["chat_id"]), "", message)]


def _content(kind: str, content: dict[str, Any]) -> tuple[str, list[Attachment]]:
    if kind == "post":
        body = content if "content" in content else next(iter(content.values()), {})
        parts = [part for line in body.get("content", []) for part in [*line, {"tag": "text", "text": "\n"}]]
        texts = [str(part.get("text") or part.get("user_name") or "") for part in parts]
        pictures = [
            Attachment(reference=str(part["image_key"]), kind="picture")
            for part in parts
            if part.get("image_key")
        ]
        return f"{body.get('title', '')}\n{''.join(texts)}".strip(), pictures
    reference = str(content.get("file_key") or content.get("image_key") or "")
    name = str(content.get("file_name") or "")
    text = str(content.get("text") or content.get("title") or "")
    return text, [
        Attachment(reference=reference, kind=_KINDS.get(kind, "file"), name=name)
    ] if reference else []
