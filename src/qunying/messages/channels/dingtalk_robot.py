"""DingTalk custom robot: text or Markdown to the group that the robot sits in, at most 20 a minute, else ten minutes of silence.

Description: open.dingtalk.com, "自定义机器人接入" and "自定义机器人安全设置": the signature is HMAC-SHA-256 over the time in
milliseconds, a line break and the secret, with the secret as key; base64, in the address beside the time.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from qunying.kernel.sealing import unseal
from qunying.messages.channels.robots import (
    TEN_MINUTES,
    errcode_outcome,
    format_of,
    opened,
    post_json,
    text_of,
)
from qunying.messages.channels.settings import DingTalkSettings
from qunying.messages.models import Channel
from qunying.messages.sending.outcomes import Call, Outcome

_TOO_OFTEN = {130101, 302033, 410100, 90018, 90030}
_MAX_TITLE = 60


def call_robot(channel: Channel, call: Call, now: datetime) -> Outcome:
    """Post one message to the robot's group. The answer's ``errcode`` decides."""
    token, signing = opened(unseal(channel.sealed_secret))
    query = {"access_token": token, **(signature(signing, now) if signing else {})}
    url = f"{DingTalkSettings.model_validate(channel.settings).url}?{urlencode(query)}"
    return post_json(
        url,
        _payload(format_of(channel), call),
        partial(errcode_outcome, too_often=_TOO_OFTEN, wait=TEN_MINUTES),
    )


def signature(secret: str, now: datetime) -> dict[str, str]:
    """Return the time and its signature, as they stand in the address."""
    stamp = str(int(now.timestamp() * 1000))
    signed = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(signed).decode()}


def _payload(kind: str, call: Call) -> dict[str, Any]:
    text = text_of(call)
    if kind == "text":
        return {"msgtype": "text", "text": {"content": text}}
    # The title stands in the list of chats; Markdown wants a blank line where a line ends.
    title = (call.subject or text.lstrip("#*> ")).split("\n")[0][:_MAX_TITLE]
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text.replace("\n", "  \n")}}
