"""Send a template to oneself, to see it arrive."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.messages.channels.needs import identity_of
from qunying.messages.models import Purpose, SendPlan
from qunying.messages.queries.get_channel import get_channel
from qunying.messages.queries.get_template import get_current_version
from qunying.messages.rendering import OWN_VARIABLES
from qunying.messages.sending.planning import Frame, write_one, write_plan


class NoAddress(Problem):
    """The channel writes to an address."""

    code = "test_needs_address"
    kind = Kind.INVALID
    message = _("Say where the test shall go.")


@dataclass(frozen=True)
class TrialPlanned:
    """The test's send."""

    send_id: UUID


@action
def send_test(
    *, command_id: str, actor: Actor, now: datetime, channel_id: UUID, template_id: UUID, address: str
) -> TrialPlanned:
    """Send a template through a channel to the person who tries it out. It is in no result and told to
    nobody.

    Args:
        address: where the channel's provider shall deliver it; the person's own.

    Raises:
        ChannelNotFound, TemplateNotFound, TemplateWithdrawn.
        NoAddress: when the channel writes to an address and there is none.
    """
    version = get_current_version(template_id)
    channel = get_channel(channel_id)
    if not address and identity_of(channel):
        raise NoAddress
    frame = Frame(
        audience=SendPlan.Audience.TEST,
        channel=channel,
        version=version,
        step=f"test:{command_id}"[:100],
        title=version.template.name,
        purpose=Purpose.SERVICE,
        due_at=now,
        planned_at=now,
        planned_by=actor.key,
    )
    variables = {name: f"[{name}]" for name in OWN_VARIABLES if name != "brand"}
    return TrialPlanned(write_one(write_plan(frame), address=address, variables=variables).pk)
