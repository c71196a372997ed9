"""WeCom group robot: text or Markdown to the group that the robot sits in, at most 20 a minute."""

import json
from urllib.parse import urlencode

from qunying.kernel import outgoing
from qunying.kernel.sealing import unseal
from qunying.messages.channels.http_outcomes import outcome_of
from qunying.messages.channels.settings import WecomSettings
from qunying.messages.models import Channel
from qunying.messages.sending.outcomes import Accepted, Call, NoAnswer, Outcome, Rejected, TryAgain

PER_MINUTE = 20
MAX_BYTES = {"text": 2048, "markdown": 4096}
_TOO_OFTEN = {45009, 45033}
_SYSTEM_BUSY = -1


def call_robot(channel: Channel, call: Call) -> Outcome:
    """Post one message to the robot's group. The answer's ``errcode`` decides; a 200 alone says nothing."""
    text = robot_text(call.subject, call.body)
    kind = str(channel.settings.get("format", "text"))
    if len(text.encode()) > MAX_BYTES[kind]:
        return Rejected(f"longer than {MAX_BYTES[kind]} bytes")
    key = unseal(channel.sealed_secret)
    url = f"{WecomSettings.model_validate(channel.settings).url}?{urlencode({'key': key})}"
    body = json.dumps({"msgtype": kind, kind: {"content": text}}, ensure_ascii=False).encode()
    answer = outgoing.send("POST", url, headers={"Content-Type": "application/json"}, body=body)
    outcome = outcome_of(answer)
    if isinstance(outcome, Accepted) and isinstance(answer, outgoing.Answered):
        return _outcome_of_body(answer.body)
    return outcome


def robot_text(subject: str, body: str) -> str:
    """Return what the group reads: robots have no subject, so it becomes the first line."""
    return f"{subject}\n{body}" if subject else body


def _outcome_of_body(body: bytes) -> Outcome:
    try:
        answer = json.loads(body)
        code = int(answer["errcode"])
    except (ValueError, KeyError, TypeError):
        return NoAnswer("answer without errcode")
    detail = f"errcode {code} {str(answer.get('errmsg', ''))[:200]}".strip()
    if code == 0:
        return Accepted(detail)
    if code in _TOO_OFTEN:
        return TryAgain(detail, busy=True)
    if code == _SYSTEM_BUSY:
        return TryAgain(detail)
    return Rejected(detail)
