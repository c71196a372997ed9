"""A member says a watchword of a live session."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.acting import by_the_rules
from qunying.activities.actions.enter_room import booked
from qunying.activities.drafting import join_activity
from qunying.activities.eligibility import check_eligible
from qunying.activities.events import WORD_SAID
from qunying.activities.kinds.kind import prize_by_key
from qunying.activities.kinds.live import LONGEST_WORD, Live, LiveSettings, NotOnAir, is_said, words_of
from qunying.activities.models import Activity, Award, LiveAnswer, LiveBooking, LiveWord
from qunying.activities.prizes import award_first_left
from qunying.activities.telling import tell
from qunying.activities.took_part import PrizeTold
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.acts import Act
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.guessing import count_attempt
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.members.queries.get_member import list_own_ids


class NoWordOnAir(Problem):
    """No watchword counts at this instant."""

    code = "no_word_on_air"
    kind = Kind.CONFLICT
    message = _("No watchword counts at the moment. Listen to the host.")


class WordTooLate(Problem):
    """The time of the word is over."""

    code = "watchword_too_late"
    kind = Kind.CONFLICT
    message = _("The time of this watchword is over. Listen for the next one.")


class WordSaidBefore(Problem):
    """The member has said this word."""

    code = "watchword_said_before"
    kind = Kind.CONFLICT
    message = _("You have said this watchword; it counts once.")


@dataclass(frozen=True)
class WordSaid:
    """Whether it was right, and what it won; a right one wins nothing when the prizes of its word are used up."""

    is_right: bool
    word: str = ""
    prize: PrizeTold | None = None


@action
def say_word(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, member_id: UUID, word: str
) -> WordSaid:
    """Say a watchword: right and in time it wins its prize, once, while there are some. Who has not booked is booked.

    Args:
        word: what the member typed; width, case and spaces do not matter.

    Raises:
        UnknownActivity, MemberNotFound, BadText, TurnsUsedUp.
        ActivityNotOpen, ActivityNotForYou, AccountTooNew, RewardsSuspended, MemberRestricted: not now, or not they.
        NotOnAir, NoWordOnAir, WordTooLate, WordSaidBefore.
        TooManyAttempts: after ten answers in a minute; a repeated command is no new one, and what was refused tells nothing.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="activities.say_word")
    act = Act(command_id=command_id, actor=actor, now=now)
    said = checked_text(word, field=str(_("watchword")), max_length=LONGEST_WORD)
    activity = join_activity(activity_id, kind=Live.slug)
    member = check_eligible(activity, member_id, now)
    count_attempt(f"say_word:{member}", now=now)
    if not LiveSettings.model_validate(activity.settings).is_on_air(now):
        raise NotOnAir(title=activity.title)
    on_air, meant = _meant(activity, said, now)
    if meant is None:
        if on_air is None:
            raise NoWordOnAir
        LiveAnswer.objects.create(word=on_air, member_id=member, is_right=False, at=now)
        return WordSaid(is_right=False)
    if not meant.announced_at <= now < meant.until:
        raise WordTooLate
    booking = booked(activity, member, act)
    if not disabled_guard("activities.word_guard"):
        own = list_own_ids(member)
        if LiveAnswer.objects.filter(word=meant, is_right=True, member_id__in=own).exists():
            raise WordSaidBefore
    failpoint("activities.word_checked")
    award = _reward(activity, meant, booking, member, by_the_rules(act))
    LiveAnswer.objects.create(word=meant, member_id=member, is_right=True, award=award, at=now)
    tell(WORD_SAID, activity, now, member, word=meant.key)
    return WordSaid(is_right=True, word=meant.key, prize=PrizeTold.of(award) if award else None)


def _meant(activity: Activity, said: str, now: datetime) -> tuple[LiveWord | None, LiveWord | None]:
    """Return the word that counts now, the latest if several do, and the announced one that was said, if any."""
    announced = list(LiveWord.objects.filter(activity=activity).order_by("announced_at", "id"))
    words = words_of(activity)
    on_air = _last(each for each in announced if each.announced_at <= now < each.until)
    right = [each for each in announced if is_said(words[each.key], said)]  # all are compared
    return on_air, _last(right)


def _last(words: Iterable[LiveWord]) -> LiveWord | None:
    found = list(words)
    return found[-1] if found else None


def _reward(
    activity: Activity, word: LiveWord, booking: LiveBooking, member_id: UUID, act: Act
) -> Award | None:
    rules = LiveSettings.model_validate(activity.settings)
    prize = prize_by_key(rules, next(each.prize for each in rules.words if each.key == word.key))
    return award_first_left(activity, member_id, [prize], act, participation=booking.participation)
