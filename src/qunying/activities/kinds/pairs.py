"""The product game (翻牌配对): cards with the brand's products lie face down, and who finds all pairs in time wins."""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Least
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qunying.activities.kinds.kind import Kind, NothingLeft, Taken, Turn
from qunying.activities.kinds.wheel import MOST_PLAYS
from qunying.activities.models import Activity, PairsPlay, Participation
from qunying.activities.promises import name_of, secret_of
from qunying.activities.rules import Link, Prize, SellsTurns, Settings, rules_document
from qunying.activities.stock import make_pool, take_play
from qunying.engines.fair_bundles import pairs_bundle
from qunying.engines.pair_game import deal
from qunying.engines.public_draw import commit_secret
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem
from qunying.members.queries.get_member import list_own_ids

FEWEST_PRODUCTS, MOST_PRODUCTS = 3, 10
MOST_MOVES, MOST_MINUTES = 100, 60
MOST_GRADES = 3


class GameRunning(Problem):
    """The member has a game that is neither finished nor over."""

    code = "game_running"
    kind = ProblemKind.CONFLICT
    message = gettext_lazy("Finish the game that you have begun first.")


class Product(BaseModel):
    """What a pair of cards shows. link: its page; code: its number with the brand; both may be empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=24)]
    link: Link = ""
    code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""


class PairsSettings(SellsTurns):
    """The products, in how many moves and minutes all pairs must be found, and what that wins.

    within: in at most how many moves each of the prizes is won, in their order, the fewest first. Who has won one
    that is gone gets the next.
    """

    products: list[Product] = Field(min_length=FEWEST_PRODUCTS, max_length=MOST_PRODUCTS)
    moves: int = Field(ge=FEWEST_PRODUCTS, le=MOST_MOVES)
    minutes: int = Field(ge=1, le=MOST_MINUTES)
    prizes: list[Prize] = Field(min_length=1, max_length=MOST_GRADES)
    within: list[Annotated[int, Field(ge=1, le=MOST_MOVES)]] = Field(
        default_factory=list, max_length=MOST_GRADES
    )

    def won_in(self, moves: int) -> list[Prize]:
        """Return the prizes that somebody has won who needed so many moves, the best first."""
        return [prize for most, prize in zip(self.within, self.prizes, strict=True) if moves <= most]


class Pairs(Kind):
    """A game of skill: nothing is left to chance but the order of the cards, which is promised."""

    slug = "pairs"
    title = gettext_lazy("Product game")
    summary = gettext_lazy("Members turn cards with your products and win by finding all pairs in time.")
    settings: ClassVar[type[Settings]] = PairsSettings
    progress_template = "activities/progress_pairs.html"
    panel_template = "activities/panel_pairs.html"

    def checked(self, settings: Settings) -> Settings:
        """Fill in the moves of a single prize; refuse what nobody can reach."""
        game = PairsSettings.model_validate(settings.model_dump()).with_turns_checked()
        if len({product.name for product in game.products}) < len(game.products):
            raise ValueError(_("two products have the same name"))
        if game.moves < len(game.products):
            raise ValueError(_("there are fewer moves than pairs"))
        within = game.within or ([game.moves] if len(game.prizes) == 1 else [])
        if len(within) != len(game.prizes):
            raise ValueError(_("say for each prize in how many moves it is won"))
        if within != sorted(set(within)) or within[0] < len(game.products) or within[-1] > game.moves:
            raise ValueError(
                _("the moves for prizes rise, from at least the number of products to at most all moves")
            )
        return game.model_copy(update={"within": within})

    def promise(self, activity: Activity, secret: bytes) -> str:  # noqa: ARG002
        """Return the promise of the secret from which the order of all cards follows."""
        return commit_secret(secret)

    def furnish(self, activity: Activity, act: Act) -> None:
        """Make the stock of the prizes and the row of plays."""
        super().furnish(activity, act)
        activity.plays_id = make_pool(activity, "activity_play", MOST_PLAYS, act)

    def take(self, turn: Turn) -> Taken:
        """Begin a game; its cards are turned one by one (``turn_card``)."""
        activity, now = turn.activity, turn.act["now"]
        games = PairsPlay.objects.filter(activity=activity, member_id__in=list_own_ids(turn.member_id))
        _end(games.filter(until__lte=now), now)
        if games.filter(state=PairsPlay.State.PLAYING).exists():
            raise GameRunning
        serial = take_play(activity, turn.act)
        if serial is None:
            raise NothingLeft(title=activity.title)
        part = turn.note(choice="", serial=serial)
        minutes = timedelta(minutes=self.read(activity).minutes)
        PairsPlay.objects.create(
            participation=part,
            activity=activity,
            member_id=turn.member_id,
            begun_at=now,
            until=min(now + minutes, activity.closes_at),
        )
        return Taken(part)

    def close(self, activity: Activity, act: Act) -> dict[str, Any] | None:
        """End what is still being played; nothing is published yet."""
        _end(PairsPlay.objects.filter(activity=activity), act["now"])
        return None

    def settle(self, activity: Activity, act: Act) -> dict[str, Any]:  # noqa: ARG002
        """Publish the secret and every game."""
        games = PairsPlay.objects.filter(activity=activity).order_by("participation__serial")
        rows = games.values_list("participation__serial", "member_id", "turned", "participation__given")
        plays = [
            {"play": serial, "by": name_of(activity, member), "turned": turned, "given": given}
            for serial, member, turned, given in rows
        ]
        return pairs_bundle(rules=rules_document(activity), secret=secret_of(activity), plays=plays)


def _end(games: QuerySet[PairsPlay], now: datetime) -> None:
    ended = Least(F("until"), Value(now))
    games.filter(state=PairsPlay.State.PLAYING).update(state=PairsPlay.State.LOST, ended_at=ended)


def deck_of(activity: Activity, part: Participation) -> list[int]:
    """Return which product each card of a game shows. For the server only."""
    return deal(len(activity.settings["products"]), secret_of(activity), part.serial or 0)
