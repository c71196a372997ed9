"""What a campaign plan says: the fields that people fill in, and which of them cannot be right."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text

BASIS_POINTS = 10_000
DEFAULT_HOLDOUT = 2_000
LARGEST_HOLDOUT = 5_000
LARGEST_BUDGET_MINOR = 10**13
LARGEST_TARGET = 10**13
LONGEST_DAYS = 366
MOST_COMMUNITIES = 500
YEARS = range(2000, 2101)


class Metric(models.TextChoices):
    """What a campaign may set itself as its goal. The first three are measured against the holdout."""

    ORDERS_PER_MEMBER = "orders_per_member", _("orders per member, more than the holdout (%)")
    SALES_PER_MEMBER = "sales_per_member", _("sales per member, more than the holdout (%)")
    NET_EFFECT = "net_effect", _("extra sales after incentive cost (amount)")
    CLAIMS = "claims", _("coupons claimed (number)")
    REDEMPTIONS = "redemptions", _("coupons redeemed (number)")
    BUYERS = "buyers", _("members of the audience who buy (number)")


LIFT_METRICS = (Metric.ORDERS_PER_MEMBER, Metric.SALES_PER_MEMBER)


class AudienceKind(models.TextChoices):
    """Whom a campaign addresses."""

    SEGMENT = "segment", _("a segment")
    COMMUNITIES = "communities", _("communities")
    SEGMENT_IN_COMMUNITIES = "segment_in_communities", _("a segment within communities")


class UnknownGoal(Problem):
    """The goal's metric is not on the list, or its target is no positive figure."""

    code = "unknown_goal"
    kind = Kind.INVALID
    message = _("Choose the goal's metric from the list and give a target above 0.")


class BadDates(Problem):
    """The dates of the plan contradict each other."""

    code = "bad_campaign_dates"
    kind = Kind.INVALID
    message = _(
        "The campaign must end on or after its first day, within {days} days, and measure for 1 to {days}"
        " days."
    )


class DayOutOfRange(Problem):
    """A day so far away that nothing can be reckoned from it."""

    code = "campaign_day_out_of_range"
    kind = Kind.INVALID
    message = _("{day} cannot be planned for. Give a year from {first} to {last}.")


class BadAudience(Problem):
    """The audience names no segment or no community where it needs one."""

    code = "bad_audience"
    kind = Kind.INVALID
    message = _("Choose the segment or the communities that the campaign addresses.")


class BadHoldout(Problem):
    """The holdout share is outside the bounds, or 0 without a reason."""

    code = "bad_holdout"
    kind = Kind.INVALID
    message = _("The holdout must be 1 % to 50 % of the audience; none at all needs a stated reason.")


class BadBudget(Problem):
    """The budget or an assumption is outside the bounds."""

    code = "bad_budget"
    kind = Kind.INVALID
    message = _("The budget must not be negative, and rates must lie between 0 % and 100 %.")


class PostNeedsCommunities(Problem):
    """A community post has nowhere to go."""

    code = "post_needs_communities"
    kind = Kind.INVALID
    message = _("A community post needs an audience with communities.")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The content of a campaign plan.

    goal_target: for the two lifts basis points (1,000 = 10 % more than the holdout), for ``net_effect`` minor
    units, else a number. holdout_basis_points: share of the audience that gets nothing; 0 only with
    ``no_holdout_reason``. measurement_days: how long orders count after the launch. expected_…: assumptions
    for pre-flight; None takes earlier campaigns. starts_on, ends_on, goal_by: days in the brand's zone, all
    inclusive.
    """

    name: str
    goal_metric: str
    goal_target: int
    goal_by: date
    starts_on: date
    ends_on: date
    audience_kind: str
    segment_id: UUID | None = None
    community_ids: tuple[UUID, ...] = ()
    theme: str = ""
    selling_points: str = ""
    offer_id: UUID | None = None
    channel_id: UUID | None = None
    message_template_id: UUID | None = None
    post_template_id: UUID | None = None
    holdout_basis_points: int = DEFAULT_HOLDOUT
    no_holdout_reason: str = ""
    budget_minor: int = 0
    measurement_days: int = 30
    expected_claim_basis_points: int | None = None
    expected_redemption_basis_points: int | None = None


def checked_plan(plan: Plan) -> Plan:
    """Return a plan with its texts trimmed and what does not belong to its kind of audience left out.

    Raises:
        BadText, UnknownGoal, BadDates, DayOutOfRange, BadAudience, BadHoldout, BadBudget, PostNeedsCommunities.
    """
    _check_goal(plan)
    _check_dates(plan)
    _check_money(plan)
    reason = checked_text(
        plan.no_holdout_reason, field="no_holdout_reason", max_length=500, may_be_empty=True
    )
    if not (0 <= plan.holdout_basis_points <= LARGEST_HOLDOUT) or (
        plan.holdout_basis_points == 0 and not reason
    ):
        raise BadHoldout
    segment_id, communities = _checked_audience(plan)
    if plan.post_template_id is not None and not communities:
        raise PostNeedsCommunities
    return Plan(
        **{
            **vars(plan),
            "name": checked_text(plan.name, field="name", max_length=100),
            "theme": checked_text(plan.theme, field="theme", max_length=200, may_be_empty=True),
            "selling_points": checked_text(
                plan.selling_points, field="selling_points", max_length=2000, may_be_empty=True, lines=True
            ),
            "no_holdout_reason": reason if plan.holdout_basis_points == 0 else "",
            "segment_id": segment_id,
            "community_ids": communities,
        }
    )


def _check_goal(plan: Plan) -> None:
    if plan.goal_metric not in Metric.values or not 1 <= plan.goal_target <= LARGEST_TARGET:
        raise UnknownGoal


def check_days(*days: date) -> None:
    """See to it that days lie where others can be reckoned from them.

    Raises:
        DayOutOfRange: when one does not.
    """
    for day in days:
        if day.year not in YEARS:
            raise DayOutOfRange(day=str(day), first=YEARS[0], last=YEARS[-1])


def _check_dates(plan: Plan) -> None:
    check_days(plan.starts_on, plan.ends_on, plan.goal_by)
    length = (plan.ends_on - plan.starts_on).days
    if not (
        0 <= length <= LONGEST_DAYS
        and 1 <= plan.measurement_days <= LONGEST_DAYS
        and plan.goal_by >= plan.starts_on
    ):
        raise BadDates(days=LONGEST_DAYS)


def _check_money(plan: Plan) -> None:
    rates = (plan.expected_claim_basis_points, plan.expected_redemption_basis_points)
    if not 0 <= plan.budget_minor <= LARGEST_BUDGET_MINOR:
        raise BadBudget
    if any(rate is not None and not 0 <= rate <= BASIS_POINTS for rate in rates):
        raise BadBudget


def _checked_audience(plan: Plan) -> tuple[UUID | None, tuple[UUID, ...]]:
    """Return the segment and the communities that the kind of audience needs, and no others."""
    if plan.audience_kind not in AudienceKind.values:
        raise BadAudience
    needs_segment = plan.audience_kind != AudienceKind.COMMUNITIES
    needs_communities = plan.audience_kind != AudienceKind.SEGMENT
    communities = tuple(sorted(set(plan.community_ids)))
    if (needs_segment and plan.segment_id is None) or (
        needs_communities and not 1 <= len(communities) <= MOST_COMMUNITIES
    ):
        raise BadAudience
    return plan.segment_id if needs_segment else None, communities if needs_communities else ()
