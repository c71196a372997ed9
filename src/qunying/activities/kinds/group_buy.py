"""The group buy: who brings enough others buys at a low price, and so do they."""

from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from qunying.activities.goods import GoodsSettings, checked_goods, no_right_waits, stock_goods
from qunying.activities.kinds.kind import Kind, NothingLeft, Taken, Turn
from qunying.activities.models import Activity, Right, Team
from qunying.activities.queries.list_rights import UnknownTeam
from qunying.activities.rights import GIVEN, take_rights
from qunying.activities.rules import Settings
from qunying.activities.teams import form, open_team, take_place
from qunying.engines.simulate_activity import Mechanic, Teams
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem
from qunying.ledger.stock import SoldOut
from qunying.members.queries.get_member import list_own_ids


class AlreadyInTeam(Problem):
    """A member waits in one team at a time."""

    code = "already_in_team"
    kind = ProblemKind.CONFLICT
    message = _("You are in a team of “{title}” that is not full yet.")


class GroupBuySettings(GoodsSettings):
    """Goods, how many buy together, and how long a team may take to be full."""

    size: int = Field(ge=2, le=50)
    fill_minutes: int = Field(default=1_440, ge=10, le=10_080)


class GroupBuy(Kind):
    """A low price for members who buy together."""

    slug = "group_buy"
    title = _("Group buy")
    summary = _(
        "A member opens a team and invites others; when it is full in time, all of them may buy at the low price."
    )
    settings: ClassVar[type[Settings]] = GroupBuySettings
    progress_template = "activities/sale.html"
    gives_rights = True

    def checked(self, settings: Settings) -> Settings:
        """Refuse goods that make no sense, or too few for one team."""
        buy = GroupBuySettings.model_validate(settings.model_dump())
        checked_goods(buy, at_least=buy.size)
        return buy

    def furnish(self, activity: Activity, act: Act) -> None:
        """Make the stock."""
        stock_goods(activity, self.read(activity), act)

    def take(self, turn: Turn) -> Taken:
        """Open a team, or join the one whose id was chosen; the last place forms it."""
        settings: GroupBuySettings = self.read(turn.activity)
        own = list_own_ids(turn.member_id)
        waiting = Right.objects.filter(activity=turn.activity, member_id__in=own, state=Right.State.WAITING)
        if waiting.exists():
            raise AlreadyInTeam(title=turn.activity.title)
        team = self._team(turn, settings)
        is_last = take_place(team, turn.act["now"])
        participation = turn.note(landed=str(team.id), given=GIVEN)
        try:
            (right,) = take_rights(turn.activity, settings, [participation], turn.act, team=team)
        except SoldOut as error:
            raise NothingLeft(title=turn.activity.title) from error
        if is_last:
            form(team, settings, turn.act)
            right.refresh_from_db()
        return Taken(participation, right=right)

    def _team(self, turn: Turn, settings: GroupBuySettings) -> Team:
        if not turn.choice:
            size, minutes = settings.size, settings.fill_minutes
            return open_team(turn.activity, turn.member_id, size, minutes, turn.act["now"])
        try:
            team_id = UUID(turn.choice)
        except ValueError as error:
            raise UnknownTeam from error
        team = Team.objects.select_related("activity").filter(pk=team_id, activity=turn.activity).first()
        if team is None:
            raise UnknownTeam
        return team

    def mechanic(self, activity: Activity) -> Mechanic:
        """Return the teams that the stock is enough for."""
        buy: GroupBuySettings = self.read(activity)
        saved = buy.saved_minor_of_one()
        return Teams(buy.size, buy.fill_minutes / 60, buy.rights() // buy.size, 1.0, saved)

    def settles_by_itself(self, activity: Activity) -> bool:
        """Wait until no team is open and no right is reserved."""
        return no_right_waits(activity) and not activity.teams.filter(state=Team.State.OPEN).exists()
