"""Games of pairs: one with its cards that lie open, a member's latest, and how they went."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Avg, Count, IntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from qunying.activities.kinds.pairs import PairsSettings, deck_of
from qunying.activities.models import Activity, PairsPlay
from qunying.engines.pair_game import board_of
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids


class UnknownPlay(Problem):
    """There is no such game, or it is somebody else's."""

    code = "unknown_play"
    kind = Kind.NOT_FOUND
    message = _("There is no such game.")


@dataclass(frozen=True)
class Card:
    """A card as it may be seen: without a product while it lies face down. picture: which product, from 0."""

    card: int
    product: str
    picture: int | None
    is_paired: bool


@dataclass(frozen=True)
class Game:
    """A game as its member may see it. is_over: it is finished, or moves or minutes are used."""

    play_id: UUID
    member_id: UUID
    cards: list[Card]
    turned: list[int]
    moves: int
    moves_left: int
    state: str
    is_over: bool
    is_in_move: bool
    begun_at: datetime
    until: datetime
    given: str


def get_game(activity: Activity, play_id: UUID, now: datetime) -> Game:
    """Return a game.

    Raises:
        UnknownPlay.
    """
    found = list_games(activity).filter(pk=play_id).first()
    if found is None:
        raise UnknownPlay
    return seen(found, now)


def find_latest_game(activity: Activity, member_id: UUID, now: datetime) -> Game | None:
    """Return the game that a member began last, under any of their ids."""
    own = list_own_ids(member_id)
    found = list_games(activity).filter(member_id__in=own).order_by("-begun_at").first()
    return seen(found, now) if found else None


def list_games(activity: Activity) -> QuerySet[PairsPlay]:
    """Return the games of an activity, without order."""
    return PairsPlay.objects.select_related("activity", "participation").filter(activity=activity)


def seen(play: PairsPlay, now: datetime) -> Game:
    """Return a game with nothing but what lies open."""
    rules = PairsSettings.model_validate(play.activity.settings)
    deck = deck_of(play.activity, play.participation)
    board = board_of(deck, play.turned)
    cards = []
    for number, picture in enumerate(deck, 1):
        is_open = number in board.paired or number in board.shown
        name = rules.products[picture].name if is_open else ""
        cards.append(Card(number, name, picture if is_open else None, number in board.paired))
    return Game(
        play.pk,
        play.member_id,
        cards,
        play.turned,
        board.moves,
        rules.moves - board.moves,
        play.state,
        play.state != PairsPlay.State.PLAYING or now >= play.until,
        len(play.turned) % 2 == 1,
        play.begun_at,
        play.until,
        play.participation.given,
    )


@dataclass(frozen=True)
class GamesCounted:
    """How games went; average_moves: of those that were finished."""

    begun: int
    playing: int
    finished: int
    won: int
    average_moves: float | None


def count_games(activity: Activity, now: datetime) -> GamesCounted:
    """Count the games of an activity."""
    finished = Q(state=PairsPlay.State.FINISHED)
    found = list_games(activity).aggregate(
        begun=Count("pk"),
        playing=Count("pk", filter=Q(state=PairsPlay.State.PLAYING, until__gt=now)),
        finished=Count("pk", filter=finished),
        won=Count("pk", filter=finished & ~Q(participation__given="")),
        average=Avg(Cast("participation__landed", IntegerField()), filter=finished),
    )
    average = found.pop("average")
    return GamesCounted(**found, average_moves=float(average) if average is not None else None)
