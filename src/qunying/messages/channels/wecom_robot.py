"""WeCom group robot: text or Markdown to the group that the robot sits in, at most 20 a minute."""

from functools import partial
from urllib.parse import urlencode

from qunying.kernel.sealing import unseal
from qunying.messages.channels.robots import errcode_outcome, format_of, opened, post_json, text_of
from qunying.messages.channels.settings import WecomSettings
from qunying.messages.models import Channel
from qunying.messages.sending.outcomes import Call, Outcome

_TOO_OFTEN = {45009, 45033}


def call_robot(channel: Channel, call: Call) -> Outcome:
    """Post one message to the robot's group. The answer's ``errcode`` decides."""
    kind = format_of(channel)
    token, _signing = opened(unseal(channel.sealed_secret))
    url = f"{WecomSettings.model_validate(channel.settings).url}?{urlencode({'key': token})}"
    return post_json(
        url,
        {"msgtype": kind, kind: {"content": text_of(call)}},
        partial(errcode_outcome, too_often=_TOO_OFTEN),
    )
