"""A program of the brand: JSON in our own shape, signed as Standard Webhooks describe (standardwebhooks.com)."""

import base64
import binascii
import hashlib
import hmac
from typing import Annotated

from ninja import Schema
from pydantic import Field, ValidationError

from qunying.communities.inbound.platforms.delivery import (
    Delivery,
    DeliveryUnreadable,
    Opened,
    SignatureRefused,
    Told,
    require_fresh,
)
from qunying.communities.inbound.shape import MAX_BATCH, Key, MessageIn, Name


class ChatIn(Schema, extra="forbid"):
    """Messages of one group."""

    chat_id: Key
    chat_title: Name = ""
    messages: Annotated[list[MessageIn], Field(max_length=MAX_BATCH)]


def open_delivery(secret: str, delivery: Delivery) -> Opened:
    """Check and read a delivery.

    Args:
        secret: ``whsec_`` and the key in base64.

    Raises:
        SignatureRefused, DeliveryStale, DeliveryUnreadable.
    """
    headers = delivery.headers
    stamp = headers.get("webhook-timestamp", "")
    start = f"{headers.get('webhook-id', '')}.{stamp}.".encode("utf-8", "replace")
    expected = hmac.new(_key(secret), start + delivery.body, hashlib.sha256).digest()
    given = [
        part.removeprefix("v1,")
        for part in headers.get("webhook-signature", "").split()
        if part.startswith("v1,")
    ]
    # While a secret is changed there may be several; all are looked at.
    if not any([hmac.compare_digest(_decoded(one), expected) for one in given[:10]]):  # noqa: C419 - no short cut
        raise SignatureRefused
    require_fresh(stamp, delivery.now)
    try:
        chat = ChatIn.model_validate_json(delivery.body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))[:80]
        raise DeliveryUnreadable(reason=f"{place}: {first['msg'][:100]}") from error
    return Opened(told=[Told(chat.chat_id, chat.chat_title, row.incoming()) for row in chat.messages])


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
