"""Feishu (Lark) custom robot: text to the group that the robot sits in, at most 100 a minute and 5 a second.

Description: open.feishu.cn, "自定义机器人使用指南": the signature is HMAC-SHA-256 over nothing, with the time in seconds, a line
break and the secret as key; base64, in the body beside the time.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qunying.kernel.sealing import unseal
from qunying.messages.channels.robots import A_MINUTE, opened, post_json, text_of
from qunying.messages.channels.settings import FeishuSettings
from qunying.messages.models import Channel
from qunying.messages.sending.outcomes import Accepted, Call, Outcome, Rejected, TryAgain

_TOO_OFTEN = {11232, 11233, 11247, 99991400}


def call_robot(channel: Channel, call: Call, now: datetime) -> Outcome:
    """Post one message to the robot's group. The answer's ``code`` decides."""
    token, signing = opened(unseal(channel.sealed_secret))
    url = f"{FeishuSettings.model_validate(channel.settings).url}/{token}"
    text = {"msg_type": "text", "content": {"text": text_of(call)}}
    return post_json(url, {**(signature(signing, now) if signing else {}), **text}, _outcome)


def signature(secret: str, now: datetime) -> dict[str, str]:
    """Return the time and its signature, as they stand in the body."""
    stamp = str(int(now.timestamp()))
    signed = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(signed).decode()}


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    code = int(answer["code"] if "code" in answer else answer["StatusCode"])
    detail = f"code {code} {str(answer.get('msg') or answer.get('StatusMessage') or '')[:200]}".strip()
    if code == 0:
        return Accepted(detail)
    if code in _TOO_OFTEN:
        return TryAgain(detail, busy=True, wait=A_MINUTE)
    return Rejected(detail)
