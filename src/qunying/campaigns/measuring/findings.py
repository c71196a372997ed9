"""What pre-flight finds: obstacles that block, and warnings that a person must weigh."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from qunying.campaigns.arms import FEWEST_COMMUNITIES, Placement
from qunying.campaigns.measuring.preflight import (
    AudienceNow,
    FatigueNow,
    Finding,
    OfferExpected,
    PowerExpected,
    Reach,
)
from qunying.campaigns.models import Campaign, MeasuredBy
from qunying.campaigns.obstacles import AudienceNotConfirmed, list_obstacles
from qunying.kernel.money import display_money
from qunying.kernel.templatetags.console import number, percent

GOOD_CHANCE = 0.8
SMALL_RISK = 0.05
# So many messages in the shorter window are many, and a share of members above this is worth a warning.
MANY_MESSAGES, MANY_TIRED = 4, 0.2


def list_findings(
    campaign: Campaign,
    *,
    audience: AudienceNow,
    placement: Placement,
    reach: Reach | None,
    fatigue: FatigueNow | None,
    power: PowerExpected | None,
    offer: OfferExpected | None,
    now: datetime,
) -> list[Finding]:
    """Return everything to know before the launch, what blocks first."""
    blocks = [
        Finding(obstacle.code, "block", str(obstacle))
        for obstacle in list_obstacles(campaign, now)
        if not isinstance(obstacle, AudienceNotConfirmed)
    ]
    return [
        *blocks,
        *_of_audience(audience),
        *_of_proof(campaign, placement, power),
        *_of_reach(reach),
        *_of_fatigue(reach, fatigue),
        *_of_offer(campaign, offer),
    ]


def _of_audience(audience: AudienceNow) -> Iterator[Finding]:
    if audience.count == 0:
        yield Finding("audience_empty", "block", _("Nobody is in the audience."))
    elif audience.confirmed is None:
        yield Finding("audience_not_confirmed", "block", _("Confirm the number of members in the audience."))
    elif audience.needs_confirmation:
        text = _("The audience has {actual} members now and had {confirmed} when it was confirmed.")
        shown = text.format(actual=number(audience.count), confirmed=number(audience.confirmed))
        yield Finding("audience_changed", "block", shown)


def _of_proof(campaign: Campaign, placement: Placement, power: PowerExpected | None) -> Iterator[Finding]:
    if campaign.holdout_basis_points == 0:
        text = _("Nobody is held out: the report will say “not proven”, whatever happens.")
        yield Finding("no_holdout", "warn", text)
    elif placement.measured_by == MeasuredBy.NOTHING:
        text = _(
            "Everybody in the communities sees the post, and there are fewer than {fewest} communities to"
            " hold some out:"
            " the report will say “not proven by holdout”."
        )
        yield Finding("open_post", "warn", text.format(fewest=FEWEST_COMMUNITIES))
    elif placement.measured_by == MeasuredBy.COMMUNITIES:
        text = _("Whole communities are held out. With so few of them only large effects can be proven.")
        yield Finding("few_communities", "warn", text)
    elif power is None:
        text = _("This audience bought nothing in the days before: how much can be proven is not known.")
        yield Finding("power_unknown", "warn", text)
    else:
        yield from _of_power(power)


def _of_power(power: PowerExpected) -> Iterator[Finding]:
    chance = next(row.orders for row in power.chances if row.lift == power.wanted_lift)
    if chance is None or chance >= GOOD_CHANCE:
        return
    text = _("A lift of {lift} in orders per member would come out proven in only {chance} of cases.")
    shown = text.format(lift=percent(power.wanted_lift), chance=percent(chance))
    if power.enough_holdout is not None:
        advice = _("A holdout of {holdout} would be enough for 80 %.")
        shown += " " + advice.format(holdout=percent(power.enough_holdout / 10_000))
    else:
        shown += " " + _("The audience is too small for it with any holdout.")
    yield Finding("low_power", "warn", shown)


def _of_reach(reach: Reach | None) -> Iterator[Finding]:
    if reach is None:
        return
    excluded = sum(reach.excluded.values())
    if reach.reachable == 0:
        yield Finding(
            "nobody_reachable",
            "warn",
            _("The channel “{channel}” reaches nobody in the audience.").format(channel=reach.channel),
        )
    elif excluded > reach.reachable:
        text = _(
            "{excluded} of {all} members cannot be reached on “{channel}”. The effect is measured on all of"
            " them."
        )
        shown = text.format(
            excluded=number(excluded), all=number(excluded + reach.reachable), channel=reach.channel
        )
        yield Finding("few_reachable", "warn", shown)


def _of_fatigue(reach: Reach | None, fatigue: FatigueNow | None) -> Iterator[Finding]:
    if reach is None or fatigue is None or reach.reachable == 0:
        return
    if fatigue.capped > 0:
        text = _(
            "{capped} of {reachable} members would get nothing on {day}: they have had, or are about to get, the"
            " {limit} messages of that day."
        )
        shown = text.format(
            capped=number(fatigue.capped),
            reachable=number(reach.reachable),
            day=fatigue.day,
            limit=number(fatigue.per_day),
        )
        yield Finding("daily_limit", "warn", shown)
    had = fatigue.had[0]
    tired = sum(had.members[MANY_MESSAGES:])
    if tired > MANY_TIRED * reach.reachable:
        text = _(
            "{tired} of {reachable} members have had {many} or more messages in the last {days} days. One more may"
            " make them leave."
        )
        shown = text.format(
            tired=number(tired), reachable=number(reach.reachable), many=MANY_MESSAGES, days=had.days
        )
        yield Finding("message_fatigue", "warn", shown)


def _of_offer(campaign: Campaign, offer: OfferExpected | None) -> Iterator[Finding]:
    if offer is None:
        return
    ahead = offer.forecast
    if ahead.stock_out > SMALL_RISK:
        text = _("Stock: in {chance} of cases somebody who wants a coupon gets none ({stock} there are).")
        shown = text.format(chance=percent(ahead.stock_out), stock=number(offer.stock))
        yield Finding("stock_out", "warn", shown)
    if offer.coupons_in_budget < ahead.claims.high:
        text = _(
            "Budget: every claim holds {largest}, so the budget covers {covered} claims; up to {high} are"
            " to be expected."
            " Later claims will be refused."
        )
        shown = text.format(
            largest=display_money(offer.largest_minor or 0, campaign.currency),
            covered=number(offer.coupons_in_budget),
            high=number(ahead.claims.high),
        )
        yield Finding("budget_short", "warn", shown)
    if "guess" in {offer.claim.source, offer.redemption.source}:
        text = _(
            "How many will claim and redeem is a guess until the first campaign has run. Enter your own."
        )
        yield Finding("guessed_rates", "warn", text)
