"""Confirm how what was guessed at has ended, and reward who was right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.person_behind import same_person
from qunying.activities.acting import by_the_rules
from qunying.activities.drafting import lock_activity
from qunying.activities.kinds.draw import frozen_tickets
from qunying.activities.kinds.guess import GuessSettings
from qunying.activities.kinds.kind import prize_by_key
from qunying.activities.models import Activity, Outcome, Proof, State
from qunying.activities.prizes import award_prizes
from qunying.activities.promises import secret_of
from qunying.activities.rules import Prize, instant_text, rules_document
from qunying.activities.settling import finish
from qunying.engines.fair_bundles import draw_bundle, right_entries
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import resolve_member_id

SHARE = "share"


class NoOutcomeYet(Problem):
    """Nobody has entered an outcome, or another one than is confirmed."""

    code = "no_outcome_yet"
    kind = Kind.CONFLICT
    message = _("This outcome was not entered. Look at what stands there now.")


class OutcomeNeedsSecondPerson(Problem):
    """Whoever entered the outcome may not confirm it."""

    code = "outcome_needs_second_person"
    kind = Kind.CONFLICT
    message = _("Somebody else must look at the source and confirm the outcome.")


@dataclass(frozen=True)
class OutcomeConfirmed:
    """How many had guessed, how many were right, how many got something, and the digest of what was published."""

    activity_id: UUID
    guessed: int
    right: int
    rewarded: int
    digest: str


@action
def confirm_outcome(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, answer: str
) -> OutcomeConfirmed:
    """Confirm the outcome that somebody else entered: rewards are given, everything is published.

    Args:
        answer: the outcome as whoever confirms has seen it; another one is refused.

    Raises:
        UnknownActivity, WrongActivityState, NoOutcomeYet, OutcomeNeedsSecondPerson.
    """
    activity = lock_activity(activity_id, State.CLOSED)
    outcome = Outcome.objects.select_for_update().filter(activity=activity).first()
    if outcome is None or outcome.answer != answer:
        raise NoOutcomeYet
    if same_person(actor.key, outcome.stated_by):
        raise OutcomeNeedsSecondPerson
    outcome.confirmed_by, outcome.confirmed_at = actor.key, now
    outcome.save()
    act = by_the_rules(Act(command_id=command_id, actor=actor, now=now))
    entries = frozen_tickets(activity)
    bundle = _drawn(activity, outcome, list(entries), now)
    excluded = bundle["closing"]["excluded"]
    right = [
        entry
        for entry in right_entries(list(entries), outcome.answer)
        if entry.rpartition(":")[0] not in excluded
    ]
    guess = GuessSettings.model_validate(activity.settings)
    if guess.pot_points:
        won = {entry: _share(activity, guess.pot_points // len(right)) for entry in right}
    else:
        won = {row["entry"]: prize_by_key(guess, row["prize"]) for row in bundle["winners"]}
    winners = [(resolve_member_id(entries[e]), prize) for e, prize in won.items() if prize is not None]
    award_prizes(activity, winners, act)
    finish(activity, bundle, act)
    return OutcomeConfirmed(activity.id, len(entries), len(right), len(winners), bundle["digest"])


def _drawn(activity: Activity, outcome: Outcome, entries: list[str], now: datetime) -> dict[str, Any]:
    closing = Proof.objects.values_list("closing", flat=True).get(activity=activity)
    return draw_bundle(
        rules=rules_document(activity),
        secret=secret_of(activity),
        public={"source": outcome.source, "time": instant_text(now), "value": outcome.answer},
        entries=entries,
        closing=closing or {},
        guessed=True,
    )


def _share(activity: Activity, points: int) -> Prize | None:
    if not points:
        return None
    return Prize(key=SHARE, name=activity.title, kind="points", amount=points, count=1)
