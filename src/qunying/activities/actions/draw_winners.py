"""Draw the winners of a scheduled draw."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.acting import by_the_rules
from qunying.activities.drafting import WrongActivityState, lock_activity
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.draw import frozen_tickets
from qunying.activities.kinds.kind import prize_by_key
from qunying.activities.kinds.trial import SAMPLE, Trial
from qunying.activities.models import Activity, Award, Participation, Proof, State
from qunying.activities.prizes import award_prizes
from qunying.activities.promises import secret_of
from qunying.activities.rules import instant_text, rules_document
from qunying.activities.settling import finish
from qunying.engines.fair_bundles import draw_bundle
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.members.queries.get_member import list_ids_of, resolve_member_id


class TooEarlyToDraw(Problem):
    """The public value cannot be known yet."""

    code = "too_early_to_draw"
    kind = Kind.CONFLICT
    message = _("The public value is known from {time} on; nothing can be drawn before.")


class UnknownSource(Problem):
    """The source is none of those that were published."""

    code = "unknown_draw_source"
    kind = Kind.INVALID
    message = _("“{source}” is none of the sources that the rules name.")


@dataclass(frozen=True)
class WinnersDrawn:
    """How many tickets there were, how many won, and the digest of what was published."""

    activity_id: UUID
    entries: int
    winners: int
    digest: str


@action
def draw_winners(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, source: str, value: str
) -> WinnersDrawn:
    """Draw from the frozen tickets with the public value, give the prizes, publish everything.

    Args:
        source: one of the published sources.
        value: what it says, as it is written there.

    Raises:
        UnknownActivity, WrongActivityState, TooEarlyToDraw, UnknownSource, BadText.
    """
    activity = lock_activity(activity_id, State.CLOSED)
    kind = kind_of(activity.kind)
    if not kind.is_drawn(activity):
        raise WrongActivityState(title=activity.title, state=str(activity.get_state_display()))
    settings = kind.read(activity)
    if instant_text(now) < settings.draw_at:
        raise TooEarlyToDraw(time=settings.draw_at)
    if source not in settings.sources:
        raise UnknownSource(source=source[:60])
    public = {
        "source": source,
        "time": settings.draw_at,
        "value": checked_text(value, field=str(_("public value")), max_length=200),
    }
    act = by_the_rules(Act(command_id=command_id, actor=actor, now=now))
    entries = frozen_tickets(activity)
    closing = Proof.objects.values_list("closing", flat=True).get(activity=activity)
    bundle = draw_bundle(
        rules=rules_document(activity),
        secret=secret_of(activity),
        public=public,
        entries=list(entries),
        closing=closing or {},
    )
    winners = [
        (resolve_member_id(entries[won["entry"]]), prize_by_key(settings, won["prize"]))
        for won in bundle["winners"]
    ]
    awards = award_prizes(activity, winners, act)
    if activity.kind == Trial.slug:
        _mark_chosen(activity, awards)
    finish(activity, bundle, act)
    return WinnersDrawn(activity.id, len(entries), len(bundle["winners"]), bundle["digest"])


def _mark_chosen(activity: Activity, awards: list[Award]) -> None:
    """Show in the list of those who applied that they were drawn; under whichever of their ids they applied."""
    own = list_ids_of([award.member_id for award in awards])
    Participation.objects.filter(activity=activity, member_id__in=list(own)).update(given=SAMPLE)
