"""WeCom robots: SHA-1 over the sorted token, timestamp, nonce and ciphertext; AES-256-CBC inside.

Two shapes come: JSON from smart robots (``{"encrypt": …}``) and XML from group robots and applications. Description:
developer.work.weixin.qq.com, "回调加解密方案" and "智能机器人接收消息".
"""

import base64
import binascii
import hashlib
import json
import re
from typing import Any
from xml.etree import ElementTree as ET

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

# The outer XML comes from anybody: it is not parsed, only searched.
_ENCRYPTED = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)(?:\]\]>)?\s*</Encrypt>")
_KINDS = {
    "text": "text", "markdown": "text", "mixed": "text", "image": "picture", "video": "video", "voice": "file",
    "file": "file", "link": "link", "event": "system",
}  # fmt: skip


def open_delivery(secret: str, delivery: Delivery) -> Opened:
    """Check and read a delivery; a question whether the address is ours (``echostr``) gets its answer.

    Args:
        secret: JSON with ``token`` and ``aes_key`` as WeCom's console shows them.

    Raises:
        SignatureRefused, DeliveryStale, DeliveryUnreadable.
    """
    keys = json.loads(secret)
    query = delivery.query
    echo = query.get("echostr", "") if not delivery.body else ""
    cipher_text = echo or _cipher_text(delivery.body)
    parts = sorted([keys["token"], query.get("timestamp", ""), query.get("nonce", ""), cipher_text])
    expected = hashlib.sha1("".join(parts).encode("utf-8", "replace")).hexdigest()  # noqa: S324 - WeCom's choice
    require_equal(query.get("msg_signature", ""), expected)
    signed_at = require_fresh(query.get("timestamp", ""), delivery.now)
    plain = decrypted(keys["aes_key"], cipher_text)
    if echo:
        return Opened(answer=plain, answer_type="text/plain")
    payload = _payload(plain)
    payload.setdefault("CreateTime", str(int(signed_at.timestamp())))
    return Opened(told=_told(payload))


def decrypted(aes_key: str, cipher_text: str) -> str:
    """Return the message inside: 16 random bytes, its length, itself, the receiver; padded to 32 bytes.

    Raises:
        DeliveryUnreadable: when the key does not fit.
    """
    try:
        key, sealed = base64.b64decode(aes_key + "="), base64.b64decode(cipher_text, validate=True)
        box = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        padded = box.update(sealed) + box.finalize()
        length = int.from_bytes(padded[16:20], "big")
        plain = padded[20 : 20 + length].decode()
    except (ValueError, binascii.Error) as error:
        raise DeliveryUnreadable(reason="AES") from error
    if len(padded) < 21 or not 1 <= padded[-1] <= 32 or 20 + length + padded[-1] > len(padded):
        raise DeliveryUnreadable(reason="AES")
    return plain


def _cipher_text(body: bytes) -> str:
    if body.lstrip().startswith(b"{"):
        try:
            return str(json.loads(body)["encrypt"])
        except (ValueError, KeyError, TypeError) as error:
            raise SignatureRefused from error
    found = _ENCRYPTED.search(body)
    if found is None:
        raise SignatureRefused
    return found.group(1).decode()


def _payload(plain: str) -> dict[str, Any]:
    """Return JSON or XML as one dictionary; XML elements become texts and dictionaries."""
    if "<!DOCTYPE" in plain or "<!ENTITY" in plain:
        raise DeliveryUnreadable(reason="XML")
    try:
        if plain.lstrip().startswith("{"):
            return dict(json.loads(plain))
        return dict(_element(ET.fromstring(plain)))  # noqa: S314 - signed by WeCom, without declarations
    except (ValueError, TypeError, ET.ParseError, RecursionError) as error:
        raise DeliveryUnreadable(reason="XML / JSON") from error


def _element(element: ET.Element) -> Any:
    return {child.tag: _element(child) for child in element} if len(element) else (element.text or "")


def _told(payload: dict[str, Any]) -> list[Told]:
    told = {name.lower(): value for name, value in payload.items()}
    if told.get("chattype") not in {"group", "", None} or not told.get("chatid"):
        return []
    kind = str(told.get("msgtype", ""))
    sender = told.get("from")
    sender = {name.lower(): value for name, value in sender.items()} if isinstance(sender, dict) else {}
    text, attachments = _content(kind, told)
    message = IncomingMessage(
        platform_message_id=str(told.get("msgid", "")),
        sent_at=instant(told["createtime"]),
        author_id=str(sender.get("userid") or told.get("fromusername") or ""),
        author_name=str(sender.get("name") or ""),
        kind=_KINDS.get(kind, "card"),
        text=text,
        attachments=attachments,
    )
    return [Told(str(told["chatid"]), "", message)] if message.platform_message_id else []


def _content(kind: str, told: dict[str, Any]) -> tuple[str, list[Attachment]]:
    if kind == "mixed":
        texts, attachments = [], []
        inner = told.get("mixed")
        for item in (inner.get("msg_item", []) if isinstance(inner, dict) else [])[:50]:
            text, more = _content(str(item.get("msgtype", "")), item) if isinstance(item, dict) else ("", [])
            texts.append(text)
            attachments += more
        return "\n".join(filter(None, texts)), attachments
    part = told.get(kind)
    part = {name.lower(): value for name, value in part.items()} if isinstance(part, dict) else {}
    text = str(part.get("content") or told.get("content") or part.get("title") or told.get("title") or "")
    reference = str(
        part.get("url")
        or part.get("imageurl")
        or told.get("picurl")
        or told.get("mediaid")
        or told.get("url")
        or ""
    )
    attachments = [Attachment(reference=reference, kind=_KINDS.get(kind, "card"))] if reference else []
    return text, attachments
