"""The scheduled draw: tickets, frozen at the close, ranked by a secret and a public value that nobody knew before."""

import re
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from qunying.activities.excluding import list_excluded
from qunying.activities.kinds.kind import Kind, Taken, Turn, simulated
from qunying.activities.models import Activity, Participation, Ticket
from qunying.activities.promises import name_of
from qunying.activities.rules import INSTANT, MOST_PRIZES, Line, Prize, SellsTurns, Settings, instant_text
from qunying.engines.fair_bundles import closing_statement
from qunying.engines.public_draw import commit_secret, entry_name
from qunying.engines.simulate_activity import Draw as DrawOfPrizes
from qunying.engines.simulate_activity import Mechanic
from qunying.kernel.acts import Act
from qunying.members.queries.resolve_members import present_ids

MOST_ENTRIES = 1_000_000


class DrawSettings(SellsTurns):
    """Prizes, the best first.

    sources: where the public value comes from, the second if the first fails. draw_at: the instant from which it is
    known, after the close. alternates: how many are named to step in.
    """

    prizes: list[Prize] = Field(min_length=1, max_length=MOST_PRIZES)
    sources: list[Line] = Field(min_length=1, max_length=3)
    draw_at: str = Field(pattern=INSTANT)
    alternates: int = Field(default=0, ge=0, le=1_000)


class Draw(Kind):
    """A lottery with a date."""

    slug = "draw"
    title = gettext_lazy("Prize draw")
    summary = gettext_lazy("Members take tickets; after the close winners are drawn in public.")
    settings: ClassVar[type[Settings]] = DrawSettings
    is_chance = True

    def checked(self, settings: Settings) -> Settings:
        """Refuse an instant that is none."""
        draw = DrawSettings.model_validate(settings.model_dump()).with_turns_checked()
        check_draw_time(draw.draw_at)
        return draw

    def promise(self, activity: Activity, secret: bytes) -> str:  # noqa: ARG002
        """Return the promise of the secret half of the draw."""
        return commit_secret(secret)

    def take(self, turn: Turn) -> Taken:
        """Take a ticket."""
        return Taken(turn.note(landed=ticket_of(turn)))

    def close(self, activity: Activity, act: Act) -> dict[str, Any]:
        """Freeze the tickets, and who cannot win."""
        return freeze(activity, entries_of(activity), act)

    def mechanic(self, activity: Activity) -> Mechanic:
        """Return the prizes, each for another member; a member's tickets count as one."""
        draw: DrawSettings = self.read(activity)
        return DrawOfPrizes(simulated(draw.prizes))

    def is_drawn(self, activity: Activity) -> bool:  # noqa: ARG002
        """Tell that it is."""
        return True

    def settles_by_itself(self, activity: Activity) -> bool:  # noqa: ARG002
        """Wait for the public value."""
        return False


def check_draw_time(draw_at: str) -> None:
    """Refuse what is no instant as rules spell it, because it is compared as text. Raises: ValueError with a sentence."""
    try:
        is_instant = re.fullmatch(INSTANT, draw_at) is not None and bool(datetime.fromisoformat(draw_at))
    except ValueError:
        is_instant = False
    if not is_instant:
        raise ValueError(_("the time of the draw is none"))


def ticket_of(turn: Turn) -> str:
    """Return the ticket that a turn takes."""
    return entry_name(name_of(turn.activity, turn.member_id), turn.number)[:40]


def freeze(activity: Activity, entries: dict[str, UUID], act: Act) -> dict[str, Any]:
    """Keep entries with whose they are, and return the closing statement: how many, their root, who cannot win."""
    Ticket.objects.bulk_create(
        [Ticket(activity=activity, entry=entry, member_id=owner) for entry, owner in entries.items()],
        batch_size=5_000,
    )
    owners = set(entries.values())
    excluded = {
        name_of(activity, member): reason for member, reason in list_excluded(owners, act["now"]).items()
    }
    return closing_statement(sorted(entries), excluded, instant_text(act["now"]))


def frozen_tickets(activity: Activity) -> dict[str, UUID]:
    """Return the tickets as frozen at the close, in the order of their names, with whose they were then."""
    return dict(Ticket.objects.filter(activity=activity).order_by("entry").values_list("entry", "member_id"))


def entries_of(activity: Activity) -> dict[str, UUID]:
    """Return the tickets of an activity, each with the member that its owner is now.

    Members who were merged after they took tickets are one owner; their tickets are counted through.
    """
    rows = list(
        Participation.objects.filter(activity=activity)
        .order_by("at", "id")
        .values_list("member_id", flat=True)
    )
    present = present_ids(rows)
    tickets: dict[str, UUID] = {}
    counted: dict[UUID, int] = {}
    for row in rows:
        owner = present[row]
        counted[owner] = counted.get(owner, 0) + 1
        tickets[entry_name(name_of(activity, owner), counted[owner])] = owner
    return tickets
