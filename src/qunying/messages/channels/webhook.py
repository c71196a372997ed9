"""Webhook: the message as JSON to a program of the brand, signed in the way of Standard Webhooks.

``webhook-id`` is the same in every attempt of one message, so a receiver that remembers ids never delivers
twice.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime

from qunying.kernel import outgoing
from qunying.kernel.sealing import unseal
from qunying.messages.channels.http_outcomes import outcome_of
from qunying.messages.channels.needs import identity_of
from qunying.messages.channels.settings import signing_key
from qunying.messages.models import Channel
from qunying.messages.sending.outcomes import Call, Outcome


def call_webhook(channel: Channel, call: Call, now: datetime) -> Outcome:
    """Send one message to the channel's URL."""
    body = json.dumps(_payload(channel, call), ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"Content-Type": "application/json", **signature(channel, call.dedupe_key, body, now)}
    return outcome_of(outgoing.send("POST", channel.settings["url"], headers=headers, body=body))


def signature(channel: Channel, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers by which the receiver knows that it is ours, fresh, and new to them."""
    stamp = str(int(now.timestamp()))
    headers = {"webhook-id": message_id, "webhook-timestamp": stamp}
    secret = unseal(channel.sealed_secret)
    if secret:
        signed = hmac.new(
            signing_key(secret), f"{message_id}.{stamp}.".encode() + body, hashlib.sha256
        ).digest()
        headers["webhook-signature"] = f"v1,{base64.b64encode(signed).decode()}"
    return headers


def _payload(channel: Channel, call: Call) -> dict[str, object]:
    to: dict[str, str] = {}
    if call.community_id is not None:
        to = {"community": str(call.community_id)}
    elif call.address:
        to = {identity_of(channel): call.address}
    return {
        "type": "community.post" if call.community_id is not None else "message.send",
        "test": call.audience == "test",
        "data": {
            "id": call.dedupe_key,
            "to": to,
            "member": str(call.member_id) if call.member_id else None,
            "campaign": str(call.campaign_id) if call.campaign_id else None,
            "step": call.step,
            "purpose": call.purpose,
            "subject": call.subject,
            "text": call.body,
            "unsubscribe_url": call.unsubscribe_url or None,
        },
    }
