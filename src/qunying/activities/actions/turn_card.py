"""Turn a card of a game of pairs."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.acting import by_the_rules
from qunying.activities.drafting import join_activity
from qunying.activities.eligibility import check_eligible
from qunying.activities.events import GAME_FINISHED
from qunying.activities.kinds.pairs import PairsSettings, deck_of
from qunying.activities.models import Award, PairsPlay
from qunying.activities.prizes import award_first_left
from qunying.activities.queries.get_play import UnknownPlay
from qunying.activities.telling import tell
from qunying.activities.took_part import PrizeTold
from qunying.engines.pair_game import board_of
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.acts import Act
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids


class GameOver(Problem):
    """All moves or all minutes are used, or every pair is found."""

    code = "game_over"
    kind = Kind.CONFLICT
    message = _("This game is over.")


class CardIsOpen(Problem):
    """The card was turned: it has its pair, or is the first of this move."""

    code = "card_is_open"
    kind = Kind.CONFLICT
    message = _("Card {card} lies open. Choose another one.")


class NoSuchCard(Problem):
    """The game has fewer cards."""

    code = "no_such_card"
    kind = Kind.INVALID
    message = _("The cards of this game are 1 to {cards}.")


@dataclass(frozen=True)
class CardTurned:
    """What the card shows, and what came of it. is_pair: None for the first card of a move."""

    card: int
    product: str
    is_pair: bool | None
    moves: int
    state: str
    prizes: list[PrizeTold] = field(default_factory=list)


@action
def turn_card(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    activity_id: UUID,
    play_id: UUID,
    member_id: UUID,
    card: int,
) -> CardTurned:
    """Turn one card; every second one ends a move. The last pair wins the best prize for so many moves that is left.

    Args:
        play_id: the participation with which the game began.
        card: which one, from 1.

    Raises:
        UnknownActivity, MemberNotFound, UnknownPlay.
        ActivityNotOpen, ActivityNotForYou, AccountTooNew, RewardsSuspended, MemberRestricted: as taking part.
        GameOver, CardIsOpen, NoSuchCard.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="activities.turn_card")
    activity = join_activity(activity_id)
    member = check_eligible(activity, member_id, now)
    play = _locked(activity_id, play_id, member)
    rules = PairsSettings.model_validate(activity.settings)
    deck = deck_of(activity, play.participation)
    if play.state != PairsPlay.State.PLAYING or now >= play.until:
        raise GameOver
    if not 1 <= card <= len(deck):
        raise NoSuchCard(cards=len(deck))
    if board_of(deck, play.turned).is_open(card):
        raise CardIsOpen(card=card)
    play.turned = [*play.turned, card]
    board = board_of(deck, play.turned)
    if board.is_done or board.moves == rules.moves:
        play.state, play.ended_at = PairsPlay.State.LOST, now
    award: Award | None = None
    if board.is_done:
        play.state = PairsPlay.State.FINISHED
        act = by_the_rules(Act(command_id=command_id, actor=actor, now=now))
        award = _win(play, member, rules, board.moves, act)
    failpoint("activities.pairs_checked")
    play.save(update_fields=["turned", "state", "ended_at"])
    prizes = [PrizeTold.of(award)] if award else []
    name = rules.products[deck[card - 1]].name
    ends_move = len(play.turned) % 2 == 0
    return CardTurned(
        card, name, card in board.paired if ends_move else None, board.moves, play.state, prizes
    )


def _locked(activity_id: UUID, play_id: UUID, member_id: UUID) -> PairsPlay:
    """Return a member's game, held until the transaction ends: cards are turned one after the other."""
    games = PairsPlay.objects.select_related("participation", "activity")
    if not disabled_guard("activities.pairs_guard"):
        games = games.select_for_update(of=("self",))
    own = list_own_ids(member_id)
    found = games.filter(pk=play_id, activity_id=activity_id, member_id__in=own).first()
    if found is None:
        raise UnknownPlay
    return found


def _win(play: PairsPlay, member_id: UUID, rules: PairsSettings, moves: int, act: Act) -> Award | None:
    """Give the best prize for so many moves that is left, and note which it was."""
    part, activity = play.participation, play.activity
    award = award_first_left(activity, member_id, rules.won_in(moves), act, participation=part)
    part.landed, part.given = str(moves), award.prize if award else ""
    part.save(update_fields=["landed", "given"])
    tell(GAME_FINISHED, activity, act["now"], member_id, moves=str(moves), given=part.given)
    return award
