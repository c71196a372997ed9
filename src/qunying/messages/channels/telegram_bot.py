"""Telegram bot: text to one chat, at most 20 a minute in a group.

Description: core.telegram.org/bots/api, ``sendMessage``. What is refused has a status of its own; a 429 says in ``parameters`` how
long to wait.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from qunying.kernel.sealing import unseal
from qunying.messages.channels.http_outcomes import LONGEST_WAIT
from qunying.messages.channels.robots import opened, post_json, text_of
from qunying.messages.channels.settings import TelegramSettings
from qunying.messages.models import Channel
from qunying.messages.sending.outcomes import Accepted, Call, Outcome, Rejected, TryAgain


def call_robot(channel: Channel, call: Call) -> Outcome:
    """Post one message to the bot's chat. The answer's ``ok`` decides."""
    token, _signing = opened(unseal(channel.sealed_secret))
    settings = TelegramSettings.model_validate(channel.settings)
    payload = {"chat_id": settings.chat, "text": text_of(call)}
    return post_json(f"{settings.url}/bot{token}/sendMessage", payload, _outcome, _said_more)


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    if answer["ok"] is True:
        return Accepted(f"message {answer['result']['message_id']}")
    return Rejected(str(answer["description"])[:200])


def _said_more(outcome: Outcome, answer: Mapping[str, Any]) -> Outcome:
    """Add to a refusal what its body says: why, and how many seconds to wait."""
    said = str(answer.get("description", ""))[:200]
    if isinstance(outcome, Rejected):
        return Rejected(f"{outcome.detail} {said}".strip())
    if not isinstance(outcome, TryAgain):
        return outcome
    seconds = (answer.get("parameters") or {}).get("retry_after")
    if outcome.busy and type(seconds) is int and seconds > 0:  # true is an int, too
        wait = min(timedelta(seconds=min(seconds, 10**6)), LONGEST_WAIT)
        return replace(outcome, detail=f"{outcome.detail} {said}".strip(), wait=wait)
    return replace(outcome, detail=f"{outcome.detail} {said}".strip())
