"""Member pages: my points with what ends soon and every movement, my tier with what the next one adds."""

import re
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse

from qunying.engines.points_payment import HUNDRED
from qunying.kernel import clock
from qunying.kernel.paging import cut_page
from qunying.ledger.accounts import Purpose
from qunying.members.member_web import MemberRequest, signed_in_member_page
from qunying.rewards.doors.tiers_console import policy_words
from qunying.rewards.origins import Source
from qunying.rewards.pricing.checkout_policy import find_policy
from qunying.rewards.pricing.checkout_words import policy_in_words
from qunying.rewards.queries.get_points import get_points, list_points_lines
from qunying.rewards.queries.get_tier import get_tier, list_levels
from qunying.rewards.queries.list_statement import StatementLine, describe_lines
from qunying.rewards.tiers.drafting import engine_policy, present_policy

SOON = timedelta(days=30)
READ_BY_MEMBERS = {"", "rewards.earning_rule", "rewards.order"}
REFERENCE = re.compile(r"[a-z_]+:[0-9A-Za-z_:-]+")


@signed_in_member_page
def my_points(request: MemberRequest) -> HttpResponse:
    """Show the member's points: what they have, what is on its way, what ends soon, every movement."""
    now = clock.now()
    points = get_points(request.member.id, now)
    lines = list_points_lines(request.member.id).exclude(account__purpose=Purpose.HELD)
    found = cut_page(lines, order_by="-id", cursor=request.GET.get("cursor"), size=30)
    context = {
        "points": points,
        "endings": [
            each for each in points.endings if each.ends_at is not None and each.ends_at <= now + SOON
        ],
        "lines": [(line, *_why(line)) for line in describe_lines(found.rows)],
        "next_cursor": found.next_cursor,
        **_at_the_checkout(points.available),
    }
    return render(request, "rewards/my_points.html", context)


def _at_the_checkout(available: int) -> dict[str, Any]:
    """Return what points pay at the checkout, in words, and what these would pay; nothing when they pay for nothing."""
    policy = find_policy()
    if policy is None or not policy.minor_per_hundred:
        return {}
    worth = available * policy.minor_per_hundred // HUNDRED
    return {"worth_minor": worth, "worth_currency": policy.currency, "pays": policy_in_words(policy)}


def _why(line: StatementLine) -> tuple[str, str]:
    """Return what a member reads below a movement, and the page that it leads to, if there is one.

    The reason, unless it is a reference for programs, and what it came from.
    """
    said = "" if REFERENCE.fullmatch(line.reason) else line.reason
    known = [source for source in line.sources if source.member_page or source.page in READ_BY_MEMBERS]
    text = " · ".join(text for text in dict.fromkeys([said, *(source.text for source in known)]) if text)
    return text, next((_address(source) for source in known if source.member_page), "")


def _address(source: Source) -> str:
    """Return the address of the members' page about something: its own, or that of all of its kind."""
    try:
        return reverse(source.member_page, args=[source.key])
    except NoReverseMatch:
        return reverse(source.member_page)


@signed_in_member_page
def my_tier(request: MemberRequest) -> HttpResponse:
    """Show the member's tier, its benefits, and the way to the next one."""
    now = clock.now()
    row = present_policy(now)
    tier = get_tier(request.member.id, now)
    levels = list_levels(row, count=False) if row else []
    rules = policy_words(engine_policy(row)) if row else []
    return render(request, "rewards/my_tier.html", {"tier": tier, "levels": levels, "rules": rules})


urlpatterns = [
    path("points/", my_points, name="rewards.my_points"),
    path("tier/", my_tier, name="rewards.my_tier"),
]
