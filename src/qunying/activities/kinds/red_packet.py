"""The red packet: a sum of money, split and shuffled before the first share is opened."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from qunying.activities.kinds.kind import Desk, Kind, NothingLeft, Taken, Turn
from qunying.activities.models import Activity, Award, Participation
from qunying.activities.prizes import award_prize, new_award, won
from qunying.activities.promises import name_of, packet_deck, secret_of
from qunying.activities.purse import payment
from qunying.activities.rules import Prize, Settings, rules_document
from qunying.activities.stock import make_pool, take_play
from qunying.engines.fair_bundles import deck_bundle
from qunying.engines.sealed_deck import MOST_CARDS, commit_deck, split_packet
from qunying.engines.simulate_activity import Mechanic, Packet
from qunying.kernel.actions import Running
from qunying.kernel.acts import Act
from qunying.kernel.prepared import insert_rows
from qunying.ledger.book import write
from qunying.stream.record import record


class RedPacketSettings(Settings):
    """How much money, in minor units, in how many shares."""

    total_minor: int = Field(ge=1, le=10**10)
    shares: int = Field(ge=1, le=MOST_CARDS)

    def money_minor(self) -> int:
        """Return the whole packet."""
        return self.total_minor

    def worth_minor(self) -> int:
        """Return the whole packet."""
        return self.total_minor


class RedPacket(Kind):
    """Money for the first who open it."""

    slug = "red_packet"
    title = gettext_lazy("Red packet")
    summary = gettext_lazy("A sum is split at random; everybody opens one share.")
    settings: ClassVar[type[Settings]] = RedPacketSettings
    is_chance = True
    once = True
    has_desk = True

    def checked(self, settings: Settings) -> Settings:
        """Refuse more shares than minor units."""
        packet = RedPacketSettings.model_validate(settings.model_dump())
        if packet.total_minor < packet.shares:
            raise ValueError(_("every share is at least one cent"))
        return packet

    def promise(self, activity: Activity, secret: bytes) -> str:
        """Return the promise of all shares in their order."""
        packet: RedPacketSettings = self.read(activity)
        deck = split_packet(packet.total_minor, packet.shares, secret)
        return commit_deck(deck, activity.rules_hash, secret)

    def furnish(self, activity: Activity, act: Act) -> None:
        """Make the row of shares."""
        activity.plays_id = make_pool(activity, "activity_play", self.read(activity).shares, act)

    def take(self, turn: Turn) -> Taken:
        """Open the next share."""
        packet: RedPacketSettings = self.read(turn.activity)
        serial = take_play(turn.activity, turn.act)
        if serial is None:
            raise NothingLeft(title=turn.activity.title)
        amount = packet_deck(turn.activity.sealed_secret, packet.total_minor, packet.shares)[serial - 1]
        participation = turn.note(serial=serial, landed=str(amount), given="share")
        share = _share(turn.activity, amount)
        award = award_prize(turn.activity, turn.member_id, share, turn.act, participation=participation)
        return Taken(participation, [award])

    def desk(self, activity: Activity, is_ranked: bool | None) -> Desk:  # noqa: ARG002
        """Return where shares are opened."""
        return SharesDesk(activity, self.read(activity))

    def mechanic(self, activity: Activity) -> Mechanic:
        """Return the packet."""
        packet: RedPacketSettings = self.read(activity)
        return Packet(packet.total_minor, packet.shares)

    def settle(self, activity: Activity, act: Act) -> dict[str, Any]:  # noqa: ARG002
        """Publish the deck, its salt and who opened what."""
        packet: RedPacketSettings = self.read(activity)
        secret = secret_of(activity)
        rows = Participation.objects.filter(activity=activity).values_list("serial", "member_id", "landed")
        opened = [{"serial": n, "by": name_of(activity, m), "card": int(card)} for n, m, card in rows]
        deck = split_packet(packet.total_minor, packet.shares, secret)
        return deck_bundle(rules=rules_document(activity), deck=deck, salt=secret, opened=opened)


class SharesDesk:
    """Where many open their shares at once."""

    is_ranked = None

    def __init__(self, activity: Activity, packet: RedPacketSettings) -> None:
        if activity.plays_id is None:
            raise RuntimeError("an open packet has its row of shares")
        self._packet, self._pool = packet, activity.plays_id
        self.needs, self.most = {self._pool: 1}, activity.per_member

    def check(self, turns_before: int) -> None:
        """Refuse nobody: one turn each is all there is."""

    def serve(
        self, turns: Sequence[Turn], units: Mapping[UUID, Sequence[int]], runnings: Sequence[Running]
    ) -> list[Taken]:
        """Open a share for each and pay it.

        Raises:
            BudgetExhausted: the activity's money is not enough, which the plain way writes down as owed.
        """
        activity, now = turns[0].activity, turns[0].act["now"]
        deck = packet_deck(activity.sealed_secret, self._packet.total_minor, self._packet.shares)
        parts, awards = [], []
        for turn, serial in zip(turns, units[self._pool], strict=True):
            amount = deck[serial - 1]
            part = turn.unwritten(serial=serial, landed=str(amount), given="share")
            share = _share(activity, amount)
            parts.append(part)
            awards.append((new_award(activity, turn.member_id, share, now, participation=part), share))
        payments = [payment(activity, a.member_id, a.amount, part=str(a.id)) for a, _prize in awards]
        for (award, _prize), paid in zip(awards, write(payments, runnings), strict=True):
            award.state, award.reference, award.done_at = Award.State.GIVEN, paid, now
        insert_rows(parts)
        insert_rows([award for award, _prize in awards])
        record(*(won(award, share) for award, share in awards))
        return [Taken(part, [award]) for part, (award, _prize) in zip(parts, awards, strict=True)]


def _share(activity: Activity, amount: int) -> Prize:
    return Prize(
        key="share", name=str(activity.title), kind="money", amount=amount, worth_minor=amount, count=1
    )
