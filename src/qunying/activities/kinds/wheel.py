"""The wheel: every play is decided by a promised secret, its own number and a word of the member."""

from functools import cached_property
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from qunying.activities.kinds.kind import Kind, NothingLeft, Taken, Turn, prize_by_key, simulated
from qunying.activities.models import Activity, Participation
from qunying.activities.prizes import award_prize
from qunying.activities.promises import name_of, prize_deck, secret_of
from qunying.activities.rules import MILLION, MOST_PRIZES, Prize, SellsTurns, Settings, rules_document
from qunying.activities.stock import make_pool, take_play, take_unit
from qunying.engines.fair_bundles import deck_bundle, wheel_bundle
from qunying.engines.public_draw import commit_secret, spin
from qunying.engines.sealed_deck import MOST_CARDS, build_deck, commit_deck
from qunying.engines.simulate_activity import Deck, Mechanic, Odds
from qunying.kernel.acts import Act

MOST_PLAYS = 10**9


class WheelSettings(SellsTurns):
    """Prizes with chances in a million each; or, with ``plays``, a sealed deck of that many cards.

    fallback: the key of the prize that is given when the one that was hit has run out; empty for none.
    """

    prizes: list[Prize] = Field(min_length=1, max_length=MOST_PRIZES)
    fallback: str = Field(default="", max_length=20)
    plays: int | None = Field(default=None, ge=1, le=MOST_CARDS)
    blank_weight: int = Field(default=0, ge=0, le=MILLION)

    @cached_property
    def weights(self) -> list[tuple[str, int]]:
        """Return the sectors of the wheel."""
        return [(prize.key, prize.weight) for prize in self.prizes] + [("", self.blank_weight)]

    @cached_property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Return the cards of the deck."""
        return tuple((prize.key, prize.count) for prize in self.prizes)


class Wheel(Kind):
    """An instant lottery."""

    slug = "wheel"
    title = gettext_lazy("Lucky wheel")
    summary = gettext_lazy("Members turn it and see at once what they have won.")
    settings: ClassVar[type[Settings]] = WheelSettings
    is_chance = True

    def checked(self, settings: Settings) -> Settings:
        """Fill in the chance of a blank; refuse chances of more than 100 % and a fallback that is no prize."""
        wheel = WheelSettings.model_validate(settings.model_dump()).with_turns_checked()
        keys = {prize.key for prize in wheel.prizes}
        if wheel.fallback and wheel.fallback not in keys:
            raise ValueError(_("the prize for when one has run out is none of the prizes"))
        if wheel.plays is not None:
            if sum(prize.count for prize in wheel.prizes) > wheel.plays:
                raise ValueError(_("there are more prizes than plays"))
            return wheel.model_copy(update={"blank_weight": 0})
        total = sum(prize.weight for prize in wheel.prizes)
        if not 0 < total <= MILLION:
            raise ValueError(_("the chances of all prizes together are above 0 % and at most 100 %"))
        return wheel.model_copy(update={"blank_weight": MILLION - total})

    def promise(self, activity: Activity, secret: bytes) -> str:
        """Return the promise of the secret, or of the whole deck."""
        wheel: WheelSettings = self.read(activity)
        if wheel.plays is None:
            return commit_secret(secret)
        deck = build_deck(dict(wheel.counts), wheel.plays, secret)
        return commit_deck(deck, activity.rules_hash, secret)

    def furnish(self, activity: Activity, act: Act) -> None:
        """Make the stock of the prizes and the row of plays."""
        super().furnish(activity, act)
        plays = self.read(activity).plays or MOST_PLAYS
        activity.plays_id = make_pool(activity, "activity_play", plays, act)

    def take(self, turn: Turn) -> Taken:
        """Play once: the serial is taken first, so that plays and stock follow each other in its order."""
        wheel: WheelSettings = self.read(turn.activity)
        play = take_play(turn.activity, turn.act)
        if play is None:
            raise NothingLeft(title=turn.activity.title)
        if wheel.plays is None:
            landed = spin(secret_of(turn.activity), play, turn.choice, wheel.weights)
        else:
            landed = prize_deck(turn.activity.sealed_secret, wheel.counts, wheel.plays)[play - 1]
        given, serial = "", None
        for key in (landed, wheel.fallback) if landed else ():
            serial = take_unit(turn.activity, key, turn.act) if key else None
            if serial is not None:
                given = key
                break
        participation = turn.note(serial=play, landed=landed, given=given)
        if not given:
            return Taken(participation)
        prize = prize_by_key(wheel, given)
        award = award_prize(
            turn.activity, turn.member_id, prize, turn.act, participation=participation, serial=serial
        )
        return Taken(participation, [award])

    def mechanic(self, activity: Activity) -> Mechanic:
        """Return the odds or the deck, with the very numbers that are published."""
        wheel: WheelSettings = self.read(activity)
        prizes = simulated(wheel.prizes, {prize.key: share for prize, share in odds_of(wheel)})
        if wheel.plays is not None:
            return Deck(prizes, wheel.plays, wheel.fallback)
        return Odds(prizes, wheel.fallback)

    def settle(self, activity: Activity, act: Act) -> dict[str, Any]:  # noqa: ARG002
        """Publish the secret and every play."""
        wheel: WheelSettings = self.read(activity)
        plays = Participation.objects.filter(activity=activity).order_by("serial")
        rows = plays.values_list("serial", "member_id", "choice", "landed", "given")
        rules, secret = rules_document(activity), secret_of(activity)
        if wheel.plays is None:
            told = [
                {"play": n, "by": name_of(activity, m), "nonce": c, "landed": la, "given": g}
                for n, m, c, la, g in rows
            ]
            return wheel_bundle(rules=rules, secret=secret, plays=told)
        deck = build_deck(dict(wheel.counts), wheel.plays, secret)
        opened = [{"serial": n, "by": name_of(activity, m), "card": la} for n, m, _c, la, _g in rows]
        return deck_bundle(rules=rules, deck=deck, salt=secret, opened=opened)


def odds_of(settings: WheelSettings) -> list[tuple[Prize, float]]:
    """Return each prize with the share of plays that it is hit by."""
    if settings.plays is not None:
        return [(prize, prize.count / settings.plays) for prize in settings.prizes]
    return [(prize, prize.weight / MILLION) for prize in settings.prizes]
