"""Group robots: what they have in common, and what each platform publishes of its own.

A robot posts to the one group that it sits in. What it signs in with is a token, and on DingTalk and Feishu a signing secret
beside it; both are sealed together as ``token signing-secret``.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from qunying.kernel import outgoing
from qunying.messages.channels.http_outcomes import outcome_of
from qunying.messages.models import Channel
from qunying.messages.sending.outcomes import Accepted, Call, NoAnswer, Outcome, Rejected, TryAgain

A_MINUTE, TEN_MINUTES = timedelta(minutes=1), timedelta(minutes=10)
_SYSTEM_BUSY = -1
type Measure = Callable[[str], int]
type ReadAnswer = Callable[[Mapping[str, Any]], Outcome]
type ReadRefusal = Callable[[Outcome, Mapping[str, Any]], Outcome]


@dataclass(frozen=True)
class RobotKind:
    """What a platform publishes about its robots.

    Args:
        hosts: where its interface is; nothing else is called.
        per_minute: how many posts a robot may make in a minute.
        shape: what its token looks like, as a regular expression.
        signs: whether a signing secret may stand beside the token.
        limits: by format, the longest text.
        measure: how long a text is.
        counts_bytes: whether that is bytes; else characters.
    """

    hosts: tuple[str, ...]
    per_minute: int
    shape: str
    signs: bool
    limits: Mapping[str, int]
    measure: Measure
    counts_bytes: bool = True


def byte_length(text: str) -> int:
    """Return how many bytes a text takes."""
    return len(text.encode())


def unit_length(text: str) -> int:
    """Return the length as Telegram counts it: UTF-16 units, so that most pictures in a text count twice."""
    return len(text.encode("utf-16-le")) // 2


ROBOTS: dict[str, RobotKind] = {
    Channel.Kind.WECOM_ROBOT: RobotKind(
        hosts=("qyapi.weixin.qq.com",),
        per_minute=20,
        shape=r"[A-Za-z0-9_-]{8,100}",
        signs=False,
        limits={"text": 2048, "markdown": 4096},
        measure=byte_length,
    ),
    Channel.Kind.DINGTALK_ROBOT: RobotKind(
        hosts=("oapi.dingtalk.com",),
        per_minute=20,
        shape=r"[A-Za-z0-9]{16,100}",
        signs=True,
        limits={"text": 15_000, "markdown": 15_000},  # 20,000 bytes for the whole request
        measure=byte_length,
    ),
    Channel.Kind.FEISHU_ROBOT: RobotKind(
        hosts=("open.feishu.cn", "open.larksuite.com"),
        per_minute=100,
        shape=r"[A-Za-z0-9_-]{8,100}",
        signs=True,
        limits={"text": 15_000},  # 20 KB for the whole request
        measure=byte_length,
    ),
    Channel.Kind.TELEGRAM_BOT: RobotKind(
        hosts=("api.telegram.org",),
        per_minute=20,  # in one group
        shape=r"[0-9]{5,20}:[A-Za-z0-9_-]{20,100}",
        signs=False,
        limits={"text": 4096},
        measure=unit_length,
        counts_bytes=False,
    ),
}


def is_robot(kind: str) -> bool:
    """Tell whether a kind of channel is a group robot."""
    return kind in ROBOTS


def format_of(channel: Channel) -> str:
    """Return the format that a robot posts in."""
    return str(channel.settings.get("format", "text"))


def limit_of(channel: Channel) -> int:
    """Return the longest text that a robot takes."""
    return ROBOTS[channel.kind].limits[format_of(channel)]


def robot_text(subject: str, body: str) -> str:
    """Return what the group reads: robots have no subject, so it becomes the first line."""
    return f"{subject}\n{body}" if subject else body


def credential_in(kind: str, secret: str) -> str | None:
    """Return what is sealed of a robot's secret, ``token`` or ``token signing-secret``; None when it is neither.

    People copy the whole address that the platform shows them, so the token is also found in that.
    """
    robot = ROBOTS[kind]
    token, _space, signing = secret.strip().partition(" ")
    token, signing = _token_in(token), signing.strip()
    if not re.fullmatch(robot.shape, token) or (signing and not robot.signs):
        return None
    if signing and not re.fullmatch(r"[A-Za-z0-9_-]{8,200}", signing):
        return None
    return f"{token} {signing}".strip()


def opened(secret: str) -> tuple[str, str]:
    """Return a robot's token and its signing secret, empty when it has none."""
    token, _space, signing = secret.partition(" ")
    return token, signing


def _token_in(text: str) -> str:
    if not text.startswith("https://"):
        return text
    address = urlsplit(text)
    for values in (parse_qs(address.query).get(name) for name in ("access_token", "key")):
        if values:
            return values[0]
    return address.path.rpartition("/")[2]


def post_json(
    url: str, payload: Mapping[str, Any], read: ReadAnswer, read_refusal: ReadRefusal | None = None
) -> Outcome:
    """Hand a payload to a robot's address. A 200 alone says nothing: ``read`` decides by the body.

    Args:
        url: with everything that signs it.
        payload: what is posted.
        read: makes an outcome of the answer's JSON object; what it finds missing is no answer.
        read_refusal: adds to the outcome of another status what its JSON object says.
    """
    body = json.dumps(payload, ensure_ascii=False).encode()
    answer = outgoing.send(
        "POST", url, headers={"Content-Type": "application/json; charset=utf-8"}, body=body
    )
    outcome = outcome_of(answer)
    if not isinstance(answer, outgoing.Answered):
        return outcome
    try:
        told = json.loads(answer.body)
        if isinstance(outcome, Accepted):
            return read(told)
        return read_refusal(outcome, told) if read_refusal else outcome
    except (ValueError, KeyError, TypeError, AttributeError):
        return (
            NoAnswer("an answer that does not say what became of it")
            if isinstance(outcome, Accepted)
            else outcome
        )


def errcode_outcome(
    answer: Mapping[str, Any], *, too_often: Collection[int], wait: timedelta | None = None
) -> Outcome:
    """Return what an answer with an ``errcode`` says, as WeCom and DingTalk give them.

    Args:
        answer: the JSON object.
        too_often: codes of a robot that posts faster than it may.
        wait: how long it is then silent, where the platform says so.
    """
    code = int(answer["errcode"])
    detail = f"errcode {code} {str(answer.get('errmsg', ''))[:200]}".strip()
    if code == 0:
        return Accepted(detail)
    if code in too_often:
        return TryAgain(detail, busy=True, wait=wait)
    if code == _SYSTEM_BUSY:
        return TryAgain(detail)
    return Rejected(detail)


def text_of(call: Call) -> str:
    """Return the text of a call."""
    return robot_text(call.subject, call.body)
