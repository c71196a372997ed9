"""One door to all providers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from qunying.kernel.problems import Problem
from qunying.messages.channels import dingtalk_robot, feishu_robot, telegram_bot, wecom_robot
from qunying.messages.channels.sms import call_sms
from qunying.messages.channels.smtp import mail_server_of
from qunying.messages.channels.webhook import call_webhook
from qunying.messages.models import Channel
from qunying.messages.sending.outcomes import Call, Outcome, TryAgain

type MakeCall = Callable[[Call, datetime], Outcome]
type CallProvider = Callable[[Channel, Call, datetime], Outcome]

_PROVIDERS: dict[str, CallProvider] = {
    Channel.Kind.SMS: lambda channel, call, _now: call_sms(channel, call),
    Channel.Kind.WEBHOOK: call_webhook,
    Channel.Kind.WECOM_ROBOT: lambda channel, call, _now: wecom_robot.call_robot(channel, call),
    Channel.Kind.DINGTALK_ROBOT: dingtalk_robot.call_robot,
    Channel.Kind.FEISHU_ROBOT: feishu_robot.call_robot,
    Channel.Kind.TELEGRAM_BOT: lambda channel, call, _now: telegram_bot.call_robot(channel, call),
}


@contextmanager
def open_channel(channel: Channel) -> Iterator[MakeCall]:
    """Give the function that hands messages to a channel's provider, with what it keeps open in between.

    The mailbox has no provider: the gate delivers to it by itself.
    """
    provider = _PROVIDERS.get(channel.kind)
    if provider is not None:
        yield _guarded(partial(provider, channel))
    else:
        server = mail_server_of(channel)
        if server is None:
            yield lambda _call, _now: TryAgain("no mail server is configured")
            return
        try:
            yield _guarded(lambda call, _now: server.deliver(call))
        finally:
            server.hang_up()


def _guarded(make_call: MakeCall) -> MakeCall:
    """Turn a problem with our own settings (a secret that cannot be opened, a bad key) into a refusal before
    anything left."""

    def guarded(call: Call, now: datetime) -> Outcome:
        try:
            return make_call(call, now)
        except Problem as problem:
            return TryAgain(problem.code)

    return guarded
