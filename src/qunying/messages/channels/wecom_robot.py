"""WeCom group robot: text or Markdown to the group that the robot sits in, at most 20 a minute."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from qunying.kernel.sealing import unseal
from qunying.messages.channels.robots import format_of, opened, post_json, text_of
from qunying.messages.channels.settings import WecomSettings
from qunying.messages.models import Channel
from qunying.messages.sending.outcomes import Accepted, Call, Outcome, Rejected, TryAgain

_TOO_OFTEN = {45009, 45033}
_SYSTEM_BUSY = -1


def call_robot(channel: Channel, call: Call) -> Outcome:
    """Post one message to the robot's group. The answer's ``errcode`` decides."""
    kind = format_of(channel)
    token, _signing = opened(unseal(channel.sealed_secret))
    url = f"{WecomSettings.model_validate(channel.settings).url}?{urlencode({'key': token})}"
    return post_json(url, {"msgtype": kind, kind: {"content": text_of(call)}}, _outcome)


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    code = int(answer["errcode"])
    detail = f"errcode {code} {str(answer.get('errmsg', ''))[:200]}".strip()
    if code == 0:
        return Accepted(detail)
    if code in _TOO_OFTEN:
        return TryAgain(detail, busy=True)
    if code == _SYSTEM_BUSY:
        return TryAgain(detail)
    return Rejected(detail)
