"""Enter how what was guessed at has ended."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.actions.draw_winners import UnknownSource
from qunying.activities.drafting import WrongActivityState, lock_activity
from qunying.activities.kinds.guess import Guess, GuessSettings
from qunying.activities.kinds.vote import NoSuchOption
from qunying.activities.models import Outcome, State
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text


@action
def state_outcome(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    activity_id: UUID,
    answer: str,
    source: str,
    evidence: str,
) -> str:
    """Enter the outcome of a closed guess; nothing follows until somebody else confirms it. Returns the outcome.

    Until then it may be entered anew, which whoever confirms sees.

    Args:
        answer: the key of what came true; empty when it was called off and nobody can be right.
        source: one of the published sources.
        evidence: where it can be read there: an address, a page, a date.

    Raises:
        UnknownActivity, WrongActivityState, NoSuchOption, UnknownSource, BadText.
    """
    activity = lock_activity(activity_id, State.CLOSED)
    if activity.kind != Guess.slug:
        raise WrongActivityState(title=activity.title, state=str(activity.get_state_display()))
    guess = GuessSettings.model_validate(activity.settings)
    if answer and answer not in {option.key for option in guess.options}:
        raise NoSuchOption
    if source not in guess.sources:
        raise UnknownSource(source=source[:60])
    stated = {
        "answer": answer,
        "source": source,
        "evidence": checked_text(evidence, field=str(_("where it can be read")), max_length=300),
        "stated_by": actor.key,
        "stated_at": now,
    }
    Outcome.objects.update_or_create(activity=activity, defaults=stated)
    return answer
