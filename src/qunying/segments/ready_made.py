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


def list_ready_made(highest_score: int) -> list[ReadyMade]:
    """Return the ready-made segments for a brand whose scores end at ``highest_score``."""
    top = [highest_score]
    return [
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
            {"rfm": {"monetary": top}},
            _("Raise their number of orders, not their discount"),
            _("High price band: new products first, gifts, personal service"),
        ),
        ReadyMade(
            "fallen-high-spenders",
            _("High spenders about to leave"),
            _("Spent much in the last year, but have not bought for 90 days."),
            {
                "all": [
                    {"rfm": {"monetary": [highest_score - 1, highest_score]}},
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


def country_rule(country: str) -> dict[str, Any]:
    """Return the rule of everybody in a country."""
    return {"attribute": "country", "equals": country}
