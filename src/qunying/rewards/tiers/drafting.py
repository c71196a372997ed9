"""What a person writes into a policy of tiers, checked as a whole; the policies in force."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from qunying.engines import tier_presets
from qunying.engines.tier_policy import Dated, Level, Policy
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.remembering import remembered
from qunying.kernel.wording import is_storable
from qunying.rewards.models import TierPolicy

POLICIES = TypeAdapter(Policy)
MOST_LEVELS = 8
MOST_ORDERS = 100_000
MOST_GROWTH = 10**9
MOST_DAYS = 3_650
PRESETS = {
    "immediate": tier_presets.immediate,
    "half_year": tier_presets.half_year,
    "yearly": tier_presets.yearly,
    "rolling": tier_presets.rolling_quarter,
}
PRESET_TITLES = {
    "immediate": _("Lifetime growth value, down at once when a return lowers it"),
    "half_year": _("Valid for six months, counted anew after an upgrade"),
    "yearly": _("Valid for a year, kept with half of the entry and some orders"),
    "rolling": _("The last 90 days, warned seven days before it ends"),
}


class TierPolicyNotFound(Problem):
    """There is no such policy of tiers."""

    code = "tier_policy_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such tier policy.")


class TierPolicyNotDraft(Problem):
    """What was published stays as it is."""

    code = "tier_policy_not_draft"
    kind = Kind.CONFLICT
    message = _("This policy was published and stays as it is. Write the next one instead.")


class TierPolicyWrong(Problem):
    """A field of the policy does not make sense."""

    code = "tier_policy_wrong"
    kind = Kind.INVALID
    message = _("{field}: {reason}")


@dataclass(frozen=True, kw_only=True)
class LevelWording:
    """A tier as written: its code for rules, its name and benefits for people, what it takes (None: what the preset says)."""

    code: str
    name: str
    enter: int
    enter_orders: int = 0
    keep: int | None = None
    keep_orders: int | None = None
    benefits: tuple[str, ...] = ()
    birthday_points: int = 0


@dataclass(frozen=True, kw_only=True)
class TierWording:
    """A policy as written: a preset with levels; days that are None are the preset's."""

    preset: str
    levels: tuple[LevelWording, ...]
    warning_days: int | None = None
    grace_days: int | None = None


def checked_policy(wording: TierWording) -> dict[str, Any]:
    """Return the fields of a policy.

    Raises:
        TierPolicyWrong: a field does not make sense.
    """
    _need(wording.preset in PRESETS, "preset", ", ".join(PRESETS))
    _need(2 <= len(wording.levels) <= MOST_LEVELS, "levels", f"2 – {MOST_LEVELS}")
    for level in wording.levels:
        _need(
            level.code.isascii() and level.code.replace("_", "").isalnum() and len(level.code) <= 40,
            "code",
            _("small letters, digits and _"),
        )
        _need(
            bool(level.name.strip()) and len(level.name) <= 40 and is_storable(level.name),
            "name",
            _("1 to 40 letters"),
        )
        _need(0 <= level.enter <= MOST_GROWTH, "enter", f"0 – {MOST_GROWTH:,}")
        _need(0 <= level.enter_orders <= MOST_ORDERS, "enter_orders", f"0 – {MOST_ORDERS:,}")
        _need(0 <= level.birthday_points <= MOST_GROWTH, "birthday_points", f"0 – {MOST_GROWTH:,}")
        _need(
            len(level.benefits) <= 20
            and all(len(each) <= 200 and is_storable(each) for each in level.benefits),
            "benefits",
            _("at most 20 lines of 200 letters"),
        )
    for days in (wording.warning_days, wording.grace_days):
        _need(days is None or 0 <= days <= MOST_DAYS, "days", f"0 – {MOST_DAYS:,}")
    try:
        policy = _policy(wording)
    except ValueError as error:
        raise TierPolicyWrong(field="levels", reason=str(error)) from None
    shown = [
        {
            "code": each.code,
            "name": each.name.strip(),
            "benefits": list(each.benefits),
            "birthday_points": each.birthday_points,
        }
        for each in wording.levels
    ]
    return {"preset": wording.preset, "terms": to_jsonable_python(policy), "levels": shown}


def _policy(wording: TierWording) -> Policy:
    written = [
        Level(each.code, each.enter, each.enter if each.keep is None else each.keep)
        for each in wording.levels
    ]
    made = PRESETS[wording.preset](written)
    levels = tuple(
        Level(
            each.code,
            each.enter,
            level.keep if each.keep is None else each.keep,
            each.enter_orders,
            level.keep_orders if each.keep_orders is None else each.keep_orders,
        )
        for each, level in zip(wording.levels, made.levels, strict=True)
    )
    fields = {field: getattr(made, field) for field in ("window", "days", "months", "resets")}
    return Policy(
        levels=levels,
        grace_days=made.grace_days if wording.grace_days is None else wording.grace_days,
        warning_days=made.warning_days if wording.warning_days is None else wording.warning_days,
        **fields,
    )


def engine_policy(row: TierPolicy) -> Policy:
    """Return the engine's form of a policy."""
    return POLICIES.validate_python(row.terms)


@remembered
def policies_in_force(now: datetime) -> list[Dated]:
    """Return the policies that have begun, oldest first."""
    rows = TierPolicy.objects.filter(state=TierPolicy.State.PUBLISHED, since__lte=now).order_by(
        "since", "number"
    )
    return [Dated(row.number, row.since, engine_policy(row)) for row in rows if row.since is not None]


@remembered
def present_policy(now: datetime) -> TierPolicy | None:
    """Return the policy that holds now, or None."""
    rows = TierPolicy.objects.filter(state=TierPolicy.State.PUBLISHED, since__lte=now)
    return rows.order_by("-since", "-number").first()


def get_policy(policy_id: UUID) -> TierPolicy:
    """Return a policy.

    Raises:
        TierPolicyNotFound: there is none.
    """
    row = TierPolicy.objects.filter(pk=policy_id).first()
    if row is None:
        raise TierPolicyNotFound
    return row


def wording_of(row: TierPolicy) -> TierWording:
    """Return a policy as it could be written again."""
    policy = engine_policy(row)
    shown = {each["code"]: each for each in row.levels}
    levels = tuple(
        LevelWording(
            code=level.code,
            name=shown[level.code]["name"],
            enter=level.enter,
            enter_orders=level.enter_orders,
            keep=level.keep,
            keep_orders=level.keep_orders,
            benefits=tuple(shown[level.code]["benefits"]),
            birthday_points=shown[level.code]["birthday_points"],
        )
        for level in policy.levels
    )
    return TierWording(
        preset=row.preset, levels=levels, warning_days=policy.warning_days, grace_days=policy.grace_days
    )


def _need(holds: bool, field: str, reason: object) -> None:
    if not holds:
        raise TierPolicyWrong(field=field, reason=str(reason))
