"""Plan one message to many members: a row for each, and for each who gets none the reason."""

from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.messages.channels.needs import is_personal
from qunying.messages.models import Send, SendPlan
from qunying.messages.queries.get_channel import get_channel
from qunying.messages.queries.get_template import get_current_version
from qunying.messages.reasons import State
from qunying.messages.sending.links import Link, stored_link
from qunying.messages.sending.planning import Frame, write_plan, write_rows
from qunying.messages.sending.tell import tell_dropped_of

CHUNK = 10_000


class ChannelNotPersonal(Problem):
    """A group robot cannot write to one person."""

    code = "channel_not_personal"
    kind = Kind.INVALID
    message = _("“{channel}” posts to a group. It cannot send to single members.")


@dataclass(frozen=True)
class Planned:
    """What came of planning.

    Args:
        plan_id: the plan that the rows belong to.
        planned: rows that will be sent, as far as is known now.
        dropped: rows that will not, by reason.
        already: members who had a row for this campaign, step and channel before.
    """

    plan_id: UUID
    planned: int
    dropped: dict[str, int]
    already: int


@action
def plan_sends(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    campaign_id: UUID,
    step: str,
    template_id: UUID,
    channel_id: UUID,
    member_ids: list[UUID],
    due_at: datetime,
    link: Link | None = None,
    title: str = "",
    not_after: datetime | None = None,
) -> Planned:
    """Plan a message of a campaign to members: one row per member, step and channel, however often it is
    called.

    Pass the whole audience, with the holdout in it: who is held out, has not consented, has no contact … gets
    a row that says so. All rules are asked again when the message goes out.

    Args:
        step: names the message within the campaign, e.g. ``offer``.
        template_id: the text; its present version is what goes out.
        channel_id: the way out; must reach single persons.
        due_at: not before this instant.
        link: where the text's ``{{ link }}`` leads.
        title: what people call it in lists, e.g. the campaign's name.
        not_after: when it has lost its point; promotions without one last 24 hours.

    Raises:
        ChannelNotFound, TemplateNotFound, TemplateWithdrawn, ChannelNotPersonal, BadLinkTarget, AlreadyStale.
    """
    channel = get_channel(channel_id)
    if not is_personal(channel):
        raise ChannelNotPersonal(channel=channel.name)
    frame = Frame(
        audience=SendPlan.Audience.MEMBERS,
        channel=channel,
        version=get_current_version(template_id),
        campaign_id=campaign_id,
        step=step,
        title=title,
        link=stored_link(link),
        due_at=due_at,
        not_after=not_after,
        planned_at=now,
        planned_by=actor.key,
    )
    plan = write_plan(frame)
    audience = sorted(set(member_ids))
    inserted = sum([write_rows(plan, chunk) for chunk in batched(audience, CHUNK)])
    tell_dropped_of(plan, now)
    drops = Send.objects.filter(plan=plan, state=State.DROPPED)
    dropped = dict(drops.values_list("reason").annotate(count=Count("pk")))
    return Planned(plan.pk, inserted - sum(dropped.values()), dropped, len(audience) - inserted)
