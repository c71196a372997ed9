"""Send one service message to one member: a sign-in code, an answer, a notice that they need."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import get_member, list_own_ids
from qunying.messages.actions.plan_sends import ChannelNotPersonal
from qunying.messages.channels.needs import is_personal
from qunying.messages.models import Purpose, Send, SendPlan, TemplateVersion
from qunying.messages.queries.get_channel import get_channel
from qunying.messages.queries.get_default_channel import get_channel_for
from qunying.messages.queries.get_template import get_current_version
from qunying.messages.rendering import OWN_VARIABLES, UndeclaredVariable
from qunying.messages.sending.planning import Frame, write_one, write_plan
from qunying.messages.sending.tell import tell_outcomes


class NotAServiceTemplate(Problem):
    """The template is a promotion: it would go round consent and quiet hours."""

    code = "not_a_service_template"
    kind = Kind.INVALID
    message = _("“{template}” is a promotion. Choose a template for service messages.")


@dataclass(frozen=True)
class ServiceMessage:
    """The send and its state: ``planned``, or ``dropped`` with the reason."""

    send_id: UUID
    state: str
    reason: str


@action
def send_service_message(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_id: UUID | None,
    template_id: UUID,
    variables: dict[str, str],
    key: str,
    contact_type: str = "",
    contact: str = "",
    channel_id: UUID | None = None,
    not_after: datetime | None = None,
    is_urgent: bool = False,
) -> ServiceMessage:
    """Send a message that needs no consent, keeps the member's own quiet hours only and counts against no limit.
    A stop of every message still stops it.

    Args:
        member_id: None for somebody who is about to join and has only a contact yet.
        template_id: a template for service messages.
        variables: values for its variables.
        key: names the occasion; one member gets one message per key and channel.
        contact_type, contact: where to send it, instead of the contact that the channel would choose.
        channel_id: the way out; without one, a channel that reaches the contact, at last the mailbox.
        not_after: when it has lost its point; None means never.
        is_urgent: somebody waits for it, as for a code: it keeps no quiet hours at all.

    Raises:
        MemberNotFound, ChannelNotFound, ChannelNotPersonal, TemplateNotFound, TemplateWithdrawn,
        NotAServiceTemplate, UndeclaredVariable, AlreadyStale.
    """
    member_id = get_member(member_id).pk if member_id else None
    channel = get_channel(channel_id) if channel_id else get_channel_for(contact_type)
    if not is_personal(channel):
        raise ChannelNotPersonal(channel=channel.name)
    version = _version_for(template_id, variables)
    step = f"service:{key}"[:100]
    whose = Q(member__in=list_own_ids(member_id)) if member_id else Q(member_id__isnull=True)
    known = Send.objects.filter(whose, campaign_id=None, step=step, channel=channel).first()
    if known is not None:
        return ServiceMessage(known.pk, known.state, known.reason)
    frame = Frame(
        audience=SendPlan.Audience.SERVICE,
        channel=channel,
        version=version,
        step=step,
        title=version.template.name,
        due_at=now,
        not_after=not_after,
        is_urgent=is_urgent,
        planned_at=now,
        planned_by=actor.key,
    )
    send = write_one(write_plan(frame), member_id=member_id, address=contact, variables=variables)
    tell_outcomes([send.pk], now)
    return ServiceMessage(send.pk, send.state, send.reason)


def _version_for(template_id: UUID, variables: dict[str, str]) -> TemplateVersion:
    version = get_current_version(template_id)
    if version.template.purpose != Purpose.SERVICE:
        raise NotAServiceTemplate(template=version.template.name)
    for name in sorted(variables):
        if name not in version.variables and name not in OWN_VARIABLES:
            raise UndeclaredVariable(
                variable=name[:60], known=", ".join({**OWN_VARIABLES, **version.variables})
            )
    return version
