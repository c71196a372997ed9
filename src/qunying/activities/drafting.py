"""Writing an activity down: what may be typed, and the row and version that it becomes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pydantic import ValidationError

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.kinds import kind_of
from qunying.activities.models import Activity, RulesVersion, State
from qunying.activities.rules import BadSettings, rules_document, rules_hash
from qunying.kernel.actors import Actor
from qunying.kernel.plain_reasons import first_refusal
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text, is_storable
from qunying.ledger.entries import check_reason
from qunying.segments.queries.get_segment import get_segment

MOST_TURNS = 1_000


class UnknownActivity(Problem):
    """There is no such activity."""

    code = "unknown_activity"
    kind = Kind.NOT_FOUND
    message = _("There is no such activity.")


class RulesAreFixed(Problem):
    """Members have been promised these rules."""

    code = "activity_rules_fixed"
    kind = Kind.CONFLICT
    message = _("The rules of “{title}” are fixed: only a draft can be changed.")


class WrongActivityState(Problem):
    """The activity has not come so far, or has gone on."""

    code = "wrong_activity_state"
    kind = Kind.CONFLICT
    message = _("This is not possible while “{title}” is “{state}”.")


class BadActivityDates(Problem):
    """The dates do not follow each other."""

    code = "bad_activity_dates"
    kind = Kind.INVALID
    message = _(
        "An activity opens, then closes, then its prizes are handed out; years are from 2000 to 2100."
    )


class BadActivityLimits(Problem):
    """A limit is out of range."""

    code = "bad_activity_limits"
    kind = Kind.INVALID
    message = _(
        "A limit is 1 to {largest}; empty is without limit. Only where points buy turns, 0 per member means that none is free."
    )


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is typed for an activity. settings: as the kind needs them.

    per_member, per_day: free turns; None is without limit, and 0 per member leaves only those that points buy.
    """

    kind: str
    title: str
    opens_at: datetime
    closes_at: datetime
    claim_until: datetime | None = None
    about: str = ""
    organiser: str = ""
    campaign_id: UUID | None = None
    segment_id: UUID | None = None
    per_member: int | None = 1
    per_day: int | None = None
    min_account_days: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    is_simulated: bool = False


def checked_settings(slug: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings as they are kept.

    Raises:
        UnknownKind, BadSettings.
    """
    kind = kind_of(slug)
    try:
        checked = kind.checked(kind.settings.model_validate(settings))
    except ValidationError as error:
        field, reason = first_refusal(error)
        raise BadSettings(field=field, reason=reason) from error
    except ValueError as error:
        raise BadSettings(field=str(kind.title), reason=str(error)) from error
    kept: dict[str, Any] = checked.model_dump(mode="json")
    if not all(is_storable(text) for text in _texts(kept)):
        raise BadSettings(field=str(kind.title), reason=str(_("signs that cannot be kept")))
    if checked.partner is None:
        del kept["partner"]
    return kept


def _texts(value: Any) -> Iterator[str]:
    """Return every text in a value of JSON."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def fill(activity: Activity, draft: Draft) -> None:
    """Put a draft into its row.

    Raises:
        UnknownKind, BadSettings, BadText, ReasonNotFit, BadActivityDates, BadActivityLimits, SegmentNotFound.
    """
    _check_numbers(draft)
    title = checked_text(draft.title, field=str(_("title")), max_length=60)
    check_reason(title)  # it goes into the book with every prize
    settings = checked_settings(draft.kind, draft.settings)
    _check_limits(draft, least=0 if settings.get("turn_points") else 1)
    keys = [prize["key"] for prize in settings.get("prizes", [])]
    if len(keys) != len(set(keys)):
        raise BadSettings(field="prizes", reason=str(_("two prizes have the same key")))
    if draft.segment_id is not None:
        get_segment(draft.segment_id)
    activity.kind, activity.title, activity.settings = draft.kind, title, settings
    activity.about = checked_text(
        draft.about,
        field=str(pgettext_lazy("activity", "terms")),
        max_length=5_000,
        may_be_empty=True,
        lines=True,
    )
    activity.organiser = checked_text(
        draft.organiser, field=str(_("organiser and contact")), max_length=200, may_be_empty=True
    )
    activity.campaign_id, activity.segment_id = draft.campaign_id, draft.segment_id
    kind = kind_of(draft.kind)
    limits = kind.own_limits or (1 if kind.once else draft.per_member, draft.per_day)
    activity.per_member, activity.per_day = limits
    activity.min_account_days = draft.min_account_days
    activity.opens_at, activity.closes_at = draft.opens_at, draft.closes_at
    ends = kind.ends(kind.settings.model_validate(settings)) or draft.closes_at
    activity.claim_until = draft.claim_until or max(draft.closes_at, ends)
    activity.is_simulated = draft.is_simulated


def _check_numbers(draft: Draft) -> None:
    instants = [draft.opens_at, draft.closes_at, draft.claim_until or draft.closes_at]
    if any(instant.tzinfo is None or not 2000 <= instant.year <= 2100 for instant in instants):
        raise BadActivityDates
    if not draft.opens_at < draft.closes_at or instants[1] > instants[2]:
        raise BadActivityDates
    if not 0 <= draft.min_account_days <= 3_650:
        raise BadActivityLimits(largest=MOST_TURNS)


def _check_limits(draft: Draft, *, least: int) -> None:
    in_all, daily = draft.per_member, draft.per_day
    if in_all is not None and not least <= in_all <= MOST_TURNS:
        raise BadActivityLimits(largest=MOST_TURNS)
    if daily is not None and not 1 <= daily <= MOST_TURNS:
        raise BadActivityLimits(largest=MOST_TURNS)


def save_version(activity: Activity, actor: Actor, now: datetime) -> None:
    """Keep what the rules say now, for good."""
    RulesVersion.objects.create(
        activity=activity,
        version=activity.version,
        document=rules_document(activity),
        hash=rules_hash(activity),
        changed_at=now,
        changed_by=actor.key,
    )


def new_activity(actor: Actor, now: datetime) -> Activity:
    """Return an empty draft."""
    return Activity(currency=get_brand().currency, created_by=actor.key, created_at=now, changed_by=actor.key)


class RulesChangedMeanwhile(Problem):
    """The rules are no longer those that somebody has in front of them."""

    code = "rules_changed_meanwhile"
    kind = Kind.CONFLICT
    message = _(
        "Somebody has changed these rules since you opened them. Nothing was done; look at them as they are now, then do it again if you still want to."
    )


def lock_activity(activity_id: UUID, *states: State, seen: int | None = None, kind: str = "") -> Activity:
    """Return an activity, held until the transaction ends: nobody takes part meanwhile.

    Args:
        activity_id: which one.
        states: in which it must be; none named means any.
        seen: the version of the rules that whoever acts has seen; None does not ask.
        kind: which it must be; empty means any.

    Raises:
        UnknownActivity, WrongActivityState, RulesChangedMeanwhile.
    """
    activity = Activity.objects.select_for_update().filter(pk=activity_id).first()
    if activity is None or kind not in {"", activity.kind}:
        raise UnknownActivity
    if states and activity.state not in states:
        raise WrongActivityState(title=activity.title, state=str(activity.get_state_display()))
    if seen is not None and seen != activity.version:
        raise RulesChangedMeanwhile
    return activity


def join_activity(activity_id: UUID, *, kind: str = "") -> Activity:
    """Return an activity, of a kind when one is named, for taking part: many at once, but nobody beside its close.

    Raises:
        UnknownActivity.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM activities_activity WHERE id = %s FOR SHARE", [activity_id])
    return find_activity(activity_id, kind=kind)


def find_activity(activity_id: UUID, *, kind: str = "") -> Activity:
    """Return an activity, of a kind when one is named.

    Raises:
        UnknownActivity.
    """
    activity = Activity.objects.filter(pk=activity_id).first()
    if activity is None or kind not in {"", activity.kind}:
        raise UnknownActivity
    return activity
