"""The rules of an activity: what every kind's settings may hold, the document that is published, and its hash."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qunying.activities.models import Activity
from qunying.engines.fair_numbers import hash_of
from qunying.kernel.problems import Kind, Problem

MILLION = 1_000_000
MOST_PRIZES = 12
LARGEST_AMOUNT = 10**10
DEAREST_TURN = 100_000
MOST_BOUGHT = 1_000
INSTANT = r"^(20\d\d|2100)-\d\d-\d\dT\d\d:\d\d:\d\dZ$"  # as rules spell it; the years are those of an activity's own dates

type Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
# A page of somebody's on the web; empty for none.
type Link = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=300, pattern=r"^(https://[^\s/@\\]+(/[^\s\\]*)?)?$"),
]


class BadSettings(Problem):
    """The settings of an activity do not fit its kind."""

    code = "bad_activity_settings"
    kind = Kind.INVALID
    message = _("The settings do not fit: {field}: {reason}")


class Partner(BaseModel):
    """With whom an activity is held. link: their page; empty for none. bears: what they give to it, in a few words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line
    link: Link = ""
    bears: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class Settings(BaseModel):
    """What a kind of activity needs to know. Whole numbers, text and lists only: they are hashed.

    partner: written down only where there is one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    partner: Partner | None = None

    def prizes_of(self) -> "list[Prize]":
        """Return the prizes, where there are any."""
        return list(getattr(self, "prizes", []))

    def stock_names(self) -> dict[str, str]:
        """Return what each stock is of, by its key."""
        return {prize.key: prize.name for prize in self.prizes_of()}

    def money_minor(self) -> int:
        """Return what the activity may pay out in money."""
        return sum(prize.amount * prize.count for prize in self.prizes_of() if prize.kind == "money")

    def worth_minor(self) -> int:
        """Return the value of everything that may be given away."""
        return sum(prize.value_minor() * prize.count for prize in self.prizes_of())


class Prize(BaseModel):
    """One kind of prize.

    key: its name in the rules. amount: points, chances, or minor units of money; 1 for others. template_id: the
    coupon template. worth_minor: what one is worth in money. count: how many there are. weight: chances in a
    million, for a wheel.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
    name: Line
    kind: Literal["points", "coupon", "chances", "money", "goods"]
    amount: int = Field(default=1, ge=1, le=LARGEST_AMOUNT)
    template_id: Annotated[str, StringConstraints(max_length=36)] | None = None
    worth_minor: int = Field(default=0, ge=0, le=10**12)
    count: int = Field(ge=1, le=MILLION)
    weight: int = Field(default=0, ge=0, le=MILLION)

    def value_minor(self) -> int:
        """Return what one is worth: money never less than it is, whatever was typed."""
        return max(self.worth_minor, self.amount if self.kind == "money" else 0)


class SellsTurns(Settings):
    """Settings of a kind whose turns may be paid with points, once the free ones and the chances are used.

    turn_points: what such a turn costs; 0: none is sold. most_bought: how many a member may buy in all.
    """

    turn_points: int = Field(default=0, ge=0, le=DEAREST_TURN)
    most_bought: int = Field(default=0, ge=0, le=MOST_BOUGHT)

    def with_turns_checked(self) -> Self:
        """Return the settings with both numbers or neither.

        Raises: ValueError with a sentence when turns are sold without end, or points would become money.
        """
        if not self.turn_points:
            return self.model_copy(update={"most_bought": 0})
        if not self.most_bought:
            raise ValueError(_("say how many turns a member may buy"))
        if self.money_minor():
            raise ValueError(_("turns that points buy cannot win money: points never become money"))
        return self


def instant_text(instant: datetime) -> str:
    """Return an instant as rules and results spell it: UTC, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rules_document(activity: Activity) -> dict[str, Any]:
    """Return everything that members are promised, as it is published and hashed."""
    return {
        "activity": str(activity.id),
        "kind": activity.kind,
        "version": activity.version,
        "title": activity.title,
        "about": activity.about,
        "organiser": activity.organiser,
        "campaign": str(activity.campaign_id) if activity.campaign_id else None,
        "segment": str(activity.segment_id) if activity.segment_id else None,
        "currency": activity.currency,
        "per_member": activity.per_member,
        "per_day": activity.per_day,
        "min_account_days": activity.min_account_days,
        "opens_at": instant_text(activity.opens_at),
        "closes_at": instant_text(activity.closes_at),
        "claim_until": instant_text(activity.claim_until),
        "settings": activity.settings,
    }


def rules_hash(activity: Activity) -> str:
    """Return the hash of the rules as they stand."""
    return hash_of(rules_document(activity))
