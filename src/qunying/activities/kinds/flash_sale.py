"""The flash sale: few goods at a low price. Either the first come first, or all who ask at the start are ranked."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from pydantic import BaseModel, ConfigDict, Field

from qunying.activities.goods import GoodsSettings, checked_goods, no_right_waits, stock_goods
from qunying.activities.kinds.kind import Desk, Kind, NothingLeft, Taken, Turn
from qunying.activities.models import Activity, Participation, Proof
from qunying.activities.promises import name_of
from qunying.activities.rights import GIVEN, give_rights, take_rights, units_of_one
from qunying.activities.rules import Prize, Settings
from qunying.activities.window import entry_number, rank, window_of
from qunying.engines.public_draw import commit_secret, entry_name
from qunying.engines.simulate_activity import Mechanic, Rights
from qunying.kernel.actions import Running
from qunying.kernel.acts import Act
from qunying.kernel.jobs import run_soon
from qunying.kernel.prepared import insert_rows
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem
from qunying.ledger.stock import SoldOut
from qunying.members.queries.get_member import list_own_ids

ENTRIES = "entries"


class AlreadyEntered(Problem):
    """One entry per member is ranked."""

    code = "already_entered"
    kind = ProblemKind.CONFLICT
    message = ngettext_lazy(
        "You are in already. Who comes first is decided when the first {seconds} second is over.",
        "You are in already. Who comes first is decided when the first {seconds} seconds are over.",
        "seconds",
    )


class BeingRanked(Problem):
    """The fair window is over and its entries are about to be ranked."""

    code = "window_being_ranked"
    kind = ProblemKind.LIMITED
    message = _("Whoever asked at the start is being ranked. Try again in a moment.")


class Places(BaseModel):
    """How many rights are ranked for, as the checking program reads it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Literal["right"] = "right"
    count: int = Field(ge=1)


class FlashSaleSettings(GoodsSettings):
    """Goods, and who gets them.

    window_seconds: 0, the first come first; else everybody who asks in so many seconds is an entry, entries are ranked
    by a promised secret and the entries themselves, and what is left goes to the first. prizes, sources, alternates:
    follow from these, for the program that checks the ranking.
    """

    window_seconds: int = Field(default=0, ge=0, le=600)
    prizes: list[Places] = Field(default=[], max_length=1)
    sources: list[str] = Field(default=[ENTRIES], max_length=1)
    alternates: int = Field(default=0, ge=0, le=0)

    def prizes_of(self) -> list[Prize]:
        """Return none: a right is no prize."""
        return []


class FlashSale(Kind):
    """Goods at a low price, for a short time."""

    slug = "flash_sale"
    title = _("Flash sale")
    summary = _(
        "Few goods at a low price: the first get the right to buy, or those drawn from all who asked at once."
    )
    settings: ClassVar[type[Settings]] = FlashSaleSettings
    progress_template = "activities/sale.html"
    gives_rights = True
    has_desk = True

    def checked(self, settings: Settings) -> Settings:
        """Refuse goods that make no sense, and write down how many rights there are."""
        sale = FlashSaleSettings.model_validate(settings.model_dump())
        checked_goods(sale, at_least=1)
        return sale.model_copy(update={"prizes": [Places(count=sale.rights())], "sources": [ENTRIES]})

    def promise(self, activity: Activity, secret: bytes) -> str:
        """Return the promise of the secret by which entries are ranked; nothing when the first come first."""
        return commit_secret(secret) if window_of(activity) else ""

    def furnish(self, activity: Activity, act: Act) -> None:
        """Make the stock, and ask for the ranking at the end of the window."""
        stock_goods(activity, self.read(activity), act)
        window = window_of(activity)
        if window:
            run_soon("activities.rank_windows", at=activity.opens_at + timedelta(seconds=window))

    def phase(self, activity: Activity, now: datetime) -> bool | None:
        """Return whether entries have been ranked, if there is a window."""
        window = window_of(activity)
        return now >= activity.opens_at + timedelta(seconds=window) if window else None

    def desk(self, activity: Activity, is_ranked: bool | None) -> Desk:
        """Return where rights are given, or entries taken."""
        if is_ranked is False:
            return EntriesDesk(window_of(activity))
        return RightsDesk(activity, self.read(activity), is_ranked)

    def take(self, turn: Turn) -> Taken:
        """Enter while the window is open, else take a right."""
        window = window_of(turn.activity)
        if window and not Proof.objects.filter(activity=turn.activity).exists():
            return self._enter(turn, window)
        participation = turn.note(given=GIVEN)
        try:
            (right,) = take_rights(turn.activity, self.read(turn.activity), [participation], turn.act)
        except SoldOut as error:
            raise NothingLeft(title=turn.activity.title) from error
        return Taken(participation, right=right)

    def _enter(self, turn: Turn, window: int) -> Taken:
        if turn.act["now"] >= turn.activity.opens_at + timedelta(seconds=window):
            raise BeingRanked
        own = list_own_ids(turn.member_id)
        if Participation.objects.filter(activity=turn.activity, member_id__in=own).exists():
            raise AlreadyEntered(seconds=window)
        return Taken(turn.note(landed=_entry_of(turn)))

    def mechanic(self, activity: Activity) -> Mechanic:
        """Return the rights that the stock is enough for; what one costs is what it is below the list price."""
        sale: FlashSaleSettings = self.read(activity)
        return Rights(sale.rights(), 1.0, sale.saved_minor_of_one())

    def close(self, activity: Activity, act: Act) -> dict[str, Any] | None:
        """Rank what nobody has ranked yet."""
        if window_of(activity) and not Proof.objects.filter(activity=activity).exists():
            rank(activity, self.read(activity), act)
        return None

    def settles_by_itself(self, activity: Activity) -> bool:
        """Wait until the shop has confirmed every right, or its time is over."""
        return no_right_waits(activity)


class RightsDesk:
    """Where the first who come get their rights."""

    def __init__(self, activity: Activity, settings: FlashSaleSettings, is_ranked: bool | None) -> None:
        self._settings, self.is_ranked = settings, is_ranked
        self._units = units_of_one(activity, settings)
        self.needs = {stock.pool_id: count for stock, count in self._units.items()}
        self.most = activity.per_member

    def check(self, turns_before: int) -> None:
        """Refuse nobody: whoever has a turn left may have another right."""

    def serve(
        self,
        turns: Sequence[Turn],
        units: Mapping[UUID, Sequence[int]],
        runnings: Sequence[Running],  # noqa: ARG002
    ) -> list[Taken]:
        """Give each a right."""
        parts = [turn.unwritten(given=GIVEN) for turn in turns]
        insert_rows(parts)
        taken = {stock: units[stock.pool_id] for stock in self._units}
        rights = give_rights(turns[0].activity, self._settings, parts, taken, turns[0].act["now"])
        return [Taken(part, right=right) for part, right in zip(parts, rights, strict=True)]


class EntriesDesk:
    """Where entries are taken while the fair window is open: one of each member, and no stock yet."""

    needs: Mapping[UUID, int] = {}
    most = 1
    is_ranked = False

    def __init__(self, window: int) -> None:
        self._window = window

    def check(self, turns_before: int) -> None:
        """Refuse a second entry. Raises: AlreadyEntered."""
        if turns_before:
            raise AlreadyEntered(seconds=self._window)

    def serve(
        self,
        turns: Sequence[Turn],
        units: Mapping[UUID, Sequence[int]],  # noqa: ARG002
        runnings: Sequence[Running],  # noqa: ARG002
    ) -> list[Taken]:
        """Write the entries down."""
        parts = [turn.unwritten(landed=_entry_of(turn)) for turn in turns]
        insert_rows(parts)
        return [Taken(part) for part in parts]


def _entry_of(turn: Turn) -> str:
    return entry_name(name_of(turn.activity, turn.member_id), entry_number(turn.choice))
