"""The red packet: a sum of money, split and shuffled before the first share is opened."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from qunying.activities.kinds.kind import Kind, NothingLeft, Taken, Turn
from qunying.activities.models import Activity, Participation
from qunying.activities.prizes import award_prize
from qunying.activities.promises import name_of, packet_deck, secret_of
from qunying.activities.rules import Prize, Settings, rules_document
from qunying.activities.stock import make_pool, take_play
from qunying.activities.words import Words
from qunying.engines.fair_bundles import deck_bundle
from qunying.engines.sealed_deck import MOST_CARDS, commit_deck, split_packet
from qunying.engines.simulate_activity import Mechanic, Packet


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

    def furnish(self, activity: Activity, words: Words) -> None:
        """Make the row of shares."""
        activity.plays_id = make_pool(activity, "activity_play", self.read(activity).shares, words)

    def take(self, turn: Turn) -> Taken:
        """Open the next share."""
        packet: RedPacketSettings = self.read(turn.activity)
        serial = take_play(turn.activity, turn.words)
        if serial is None:
            raise NothingLeft(title=turn.activity.title)
        amount = packet_deck(turn.activity.sealed_secret, packet.total_minor, packet.shares)[serial - 1]
        participation = turn.note(serial=serial, landed=str(amount), given="share")
        prize = Prize(
            key="share",
            name=str(turn.activity.title),
            kind="money",
            amount=amount,
            worth_minor=amount,
            count=1,
        )
        award = award_prize(turn.activity, turn.member_id, prize, turn.words, participation=participation)
        return Taken(participation, [award])

    def mechanic(self, activity: Activity) -> Mechanic:
        """Return the packet."""
        packet: RedPacketSettings = self.read(activity)
        return Packet(packet.total_minor, packet.shares)

    def settle(self, activity: Activity, words: Words) -> dict[str, Any]:  # noqa: ARG002
        """Publish the deck, its salt and who opened what."""
        packet: RedPacketSettings = self.read(activity)
        secret = secret_of(activity)
        rows = Participation.objects.filter(activity=activity).values_list("serial", "member_id", "landed")
        opened = [{"serial": n, "by": name_of(activity, m), "card": int(card)} for n, m, card in rows]
        deck = split_packet(packet.total_minor, packet.shares, secret)
        return deck_bundle(rules=rules_document(activity), deck=deck, salt=secret, opened=opened)
