"""The gathering (线下活动): registration with a capacity, a waiting list that moves up by itself, a door."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from pydantic import Field, StringConstraints

from qunying.activities.events import PLACE_TAKEN
from qunying.activities.kinds.kind import Kind, Taken, Turn
from qunying.activities.models import Activity, Registration, Stock
from qunying.activities.rules import INSTANT, Prize, Settings
from qunying.activities.stock import put_unit_back, stock_up, take_unit
from qunying.activities.telling import tell
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem
from qunying.members.queries.get_member import list_own_ids
from qunying.members.queries.list_existing import list_existing
from qunying.rewards.suspending import list_suspended

PLACE = "place"
HOLDING = (Registration.State.REGISTERED, Registration.State.WAITING, Registration.State.ATTENDED)
REMIND = "remind"
type Occasion = Literal[
    "gathering", "salon", "fan_meeting", "launch", "exhibition", "street", "guests", "class"
]
OCCASIONS: dict[Occasion, str | Promise] = {
    "gathering": gettext_lazy("Gathering"),
    "salon": pgettext_lazy("gathering", "Salon"),
    "fan_meeting": pgettext_lazy("gathering", "Fan meeting"),
    "launch": pgettext_lazy("gathering", "Launch event"),
    "exhibition": pgettext_lazy("gathering", "Exhibition"),
    "street": pgettext_lazy("gathering", "Street promotion"),
    "guests": pgettext_lazy("gathering", "Guest session"),
    "class": pgettext_lazy("gathering", "Class"),
}
CODE_SIGNS, CODE_LENGTH = "23456789ABCDEFGHJKMNPQRSTUVWXYZ", 8  # none that look alike


class AlreadyRegistered(Problem):
    """The member is on the list."""

    code = "already_registered"
    kind = ProblemKind.CONFLICT
    message = gettext_lazy("You are on the list of “{title}”.")


class GatheringFull(Problem):
    """Every place is taken, and so is every place in the waiting list."""

    code = "gathering_full"
    kind = ProblemKind.CONFLICT
    message = gettext_lazy("“{title}” is full, and so is its waiting list.")


class NoPlaceLeft(Problem):
    """Every place is taken, and at the door nobody waits for one."""

    code = "no_place_left"
    kind = ProblemKind.CONFLICT
    message = gettext_lazy("Every place at “{title}” is taken.")


class GatheringSettings(Settings):
    """When and where, for how many.

    occasion: what sort of meeting it is. guests: who is there besides members. walk_ins: who has not registered may be let in at the door while places are left. starts_at, ends_at: instants in UTC. place: an address, or how one takes part online. waiting: places in the waiting list.
    door_minutes: how long before the start the door opens. prizes: at most one, for who came, while there are some.
    """

    occasion: Occasion = "gathering"
    guests: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    walk_ins: bool = False
    starts_at: str = Field(pattern=INSTANT)
    ends_at: str = Field(pattern=INSTANT)
    place: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    is_online: bool = False
    capacity: int = Field(ge=1, le=100_000)
    waiting: int = Field(default=0, ge=0, le=10_000)
    door_minutes: int = Field(default=60, ge=0, le=1_440)
    prizes: list[Prize] = Field(default_factory=list, max_length=1)

    def stock_names(self) -> dict[str, str]:
        """Return what the places and the prize are called."""
        return {**super().stock_names(), PLACE: pgettext("gathering", "Places")}

    def starts(self) -> datetime:
        """Return when it begins."""
        return datetime.fromisoformat(self.starts_at).astimezone(UTC)

    def ends(self) -> datetime:
        """Return when it is over."""
        return datetime.fromisoformat(self.ends_at).astimezone(UTC)

    def door_opens(self) -> datetime:
        """Return from when members are let in."""
        return self.starts() - timedelta(minutes=self.door_minutes)


class Gathering(Kind):
    """Meeting people."""

    slug = "gathering"
    title = gettext_lazy("Gathering")
    summary = gettext_lazy("Members register for a meeting and check in at the door with a QR code.")
    settings: ClassVar[type[Settings]] = GatheringSettings
    own_limits = (5, None)  # who cancelled may register again
    progress_template = "activities/progress_gathering.html"
    panel_template = "activities/panel_gathering.html"

    def checked(self, settings: Settings) -> Settings:
        """Refuse instants that are none or not in order."""
        rules = GatheringSettings.model_validate(settings.model_dump())
        try:
            in_order = rules.starts() < rules.ends()
        except ValueError as error:
            raise ValueError(_("the times of the gathering are none")) from error
        if not in_order:
            raise ValueError(_("it ends after it has begun"))
        if any(prize.key == PLACE for prize in rules.prizes):
            raise ValueError(_("a prize cannot be called “place”"))
        return rules

    def ends(self, settings: Settings) -> datetime | None:
        """Return when the last guests have come."""
        return GatheringSettings.model_validate(settings.model_dump()).ends()

    def furnish(self, activity: Activity, act: Act) -> None:
        """Make the places, and the stock of the prize."""
        super().furnish(activity, act)
        stock_up(activity, PLACE, self.read(activity).capacity, act)

    def title_of(self, activity: Activity) -> str | Promise:
        """Return what sort of meeting it is."""
        return OCCASIONS[activity.settings.get("occasion", "gathering")]

    def take(self, turn: Turn) -> Taken:
        """Take a place, or one in the waiting list."""
        return Taken(register(turn, may_wait=True).participation)

    def settles_by_itself(self, activity: Activity) -> bool:  # noqa: ARG002
        """Wait until it is over."""
        return False


def register(turn: Turn, *, may_wait: bool) -> Registration:
    """Give a member a place, or one in the waiting list where they may wait.

    Raises:
        AlreadyRegistered, GatheringFull, NoPlaceLeft.
    """
    activity, rules = turn.activity, GatheringSettings.model_validate(turn.activity.settings)
    hold_places(activity)
    if find_registration(activity, turn.member_id) is not None:
        raise AlreadyRegistered(title=activity.title)
    seat = take_unit(activity, PLACE, turn.act)
    state = Registration.State.REGISTERED
    if seat is None:
        if not may_wait:
            raise NoPlaceLeft(title=activity.title)
        state = Registration.State.WAITING
        if Registration.objects.filter(activity=activity, state=state).count() >= rules.waiting:
            raise GatheringFull(title=activity.title)
    return Registration.objects.create(
        activity=activity,
        member_id=turn.member_id,
        participation=turn.note(landed=str(state), serial=None),
        state=state,
        seat=seat,
        code="".join(secrets.choice(CODE_SIGNS) for _place in range(CODE_LENGTH)),
        remind=turn.choice == REMIND,
        registered_at=turn.act["now"],
    )


def hold_places(activity: Activity) -> None:
    """Let nobody else register, cancel or move up until the transaction ends."""
    Stock.objects.select_for_update().get(activity=activity, key=PLACE)


def find_registration(activity: Activity, member_id: UUID) -> Registration | None:
    """Return the registration that a member holds, under any of their ids."""
    return Registration.objects.filter(
        activity=activity, member_id__in=list_own_ids(member_id), state__in=HOLDING
    ).first()


def give_place_back(registration: Registration, act: Act) -> Registration | None:
    """Put a place back and return who moved up, if anybody waits; the caller holds the places."""
    activity = registration.activity
    put_unit_back(activity, PLACE, registration.seat or 0, act)
    first = _next_in_line(activity, act["now"])
    if first is None:
        return None
    first.seat = take_unit(activity, PLACE, act)
    first.state, first.promoted_at = Registration.State.REGISTERED, act["now"]
    first.save(update_fields=["seat", "state", "promoted_at"])
    tell(PLACE_TAKEN, activity, act["now"], first.member_id)
    return first


def _next_in_line(activity: Activity, now: datetime) -> Registration | None:
    """Return who waits first and may come: not suspended, not erased, and a person without a place under another id of theirs."""
    held = Registration.objects.filter(activity=activity, state__in=HOLDING).order_by("registered_at", "id")
    people = list_existing(set(held.values_list("member_id", flat=True)))
    out = list_suspended(set(people.values()), now)
    out |= {people[one.member_id] for one in held if one.member_id in people and one.seat is not None}
    waiting = (one for one in held if one.seat is None and one.member_id in people)
    return next((one for one in waiting if people[one.member_id] not in out), None)


def counts_of(activity: Activity) -> dict[str, int]:
    """Return how many registrations are in each state."""
    states = list(Registration.objects.filter(activity=activity).values_list("state", flat=True))
    return {state: states.count(state) for state in Registration.State.values}
