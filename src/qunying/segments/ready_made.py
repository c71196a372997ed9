"""Segments that most brands want, ready to be made and then changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ReadyMade:
    """A rule with its name and the first lines of its strategy card."""

    slug: str
    name: str | Promise
    description: str | Promise
    rule: Mapping[str, Any]
    aim: str | Promise
    offers: str | Promise


def _paid(**words: Any) -> dict[str, Any]:
    return {"event": "order_paid", **words}


# Scores end where the brand says; these stand for its highest one and its two highest.
TOP = [0]
TOP_TWO = [-1, 0]

READY_MADE = [
    ReadyMade(
        "new-customers",
        _("New customers"),
        _("First order in the last 30 days."),
        _paid(first={"within": {"days": 30}}),
        _("A second order within 60 days"),
        _("Welcome coupon, how-to content, invitation to a community"),
    ),
    ReadyMade(
        "potential-customers",
        _("Not bought yet"),
        _("Known, but without any order."),
        {"lifecycle": ["potential"]},
        _("A first order"),
        _("First-order coupon, trial size, reviews of other members"),
    ),
    ReadyMade(
        "loyal-customers",
        _("Loyal customers"),
        _("In the stage “loyal” by the brand's definitions."),
        {"lifecycle": ["loyal"]},
        _("Keep them and let them recommend"),
        _("Early access, member days, referral rewards; few discounts"),
    ),
    ReadyMade(
        "dormant-customers",
        _("Dormant customers"),
        _("In the stage “dormant” by the brand's definitions."),
        {"lifecycle": ["dormant"]},
        _("Wake them before they are lost"),
        _("Come-back coupon with a short term, what is new since the last order"),
    ),
    ReadyMade(
        "churned-customers",
        _("Lost customers"),
        _("In the stage “churned” by the brand's definitions."),
        {"lifecycle": ["churned"]},
        _("Win back those who were worth most"),
        _("One strong offer, then a question why"),
    ),
    ReadyMade(
        "high-spenders",
        _("High spenders"),
        _("The highest money score of the last year."),
        {"rfm": {"monetary": TOP}},
        _("Raise their number of orders, not their discount"),
        _("High price band: new products first, gifts, personal service"),
    ),
    ReadyMade(
        "fallen-high-spenders",
        _("High spenders about to leave"),
        _("Spent much in the last year, but have not bought for 90 days."),
        {
            "all": [
                {"rfm": {"monetary": TOP_TWO}},
                _paid(never=True, within={"days": 90}),
            ]
        },
        _("Find out why, and bring them back"),
        _("Personal contact by a guide, generous coupon"),
    ),
    ReadyMade(
        "one-time-buyers",
        _("One-time buyers"),
        _("Exactly one order, more than 30 days ago."),
        {"all": [_paid(count={"equals": 1}), _paid(last={"longer_ago_than": {"days": 30}})]},
        _("A second order"),
        _("Coupon on what goes with the first order"),
    ),
    ReadyMade(
        "frequent-buyers",
        _("Frequent buyers"),
        _("At least one order a month on average over half a year."),
        _paid(count={"at_least": 6}, within={"months": 6}),
        _("Larger baskets"),
        _("Bundles, threshold coupons, subscription"),
    ),
]


def rule_of(ready: ReadyMade, highest_score: int) -> dict[str, Any]:
    """Return the rule of a ready-made segment for a brand whose scores end at ``highest_score``."""
    rule: dict[str, Any] = _scored(ready.rule, highest_score)
    return rule


def _scored(part: Any, highest_score: int) -> Any:
    if isinstance(part, Mapping):
        return {key: _scored(value, highest_score) for key, value in part.items()}
    if part is TOP or part is TOP_TWO:
        return [score + highest_score for score in part]
    return [_scored(item, highest_score) for item in part] if isinstance(part, list) else part


def country_rule(country: str) -> dict[str, Any]:
    """Return the rule of everybody in a country."""
    return {"attribute": "country", "equals": country}
