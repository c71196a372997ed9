"""What tiers are called. Rules and the attribute “tier” hold their codes."""

from collections.abc import Iterable
from datetime import datetime

from qunying.kernel.remembering import remembered
from qunying.members.queries.attribute_titles import VALUE_TITLES
from qunying.rewards.earning.occasions import TIER
from qunying.rewards.models import TierPolicy
from qunying.rewards.tiers.drafting import present_policy


@remembered
def tier_names() -> dict[str, str]:
    """Return the name of every tier that ever was, by code; what a later policy calls it counts."""
    published = TierPolicy.objects.filter(state=TierPolicy.State.PUBLISHED).order_by("since", "number")
    return {
        level["code"]: level["name"]
        for levels in published.values_list("levels", flat=True)
        for level in levels
    }


def tier_choices(now: datetime, chosen: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return the tiers that there are, and those of ``chosen`` that are no more, as choices of a form."""
    policy = present_policy(now)
    offered = {level["code"]: level["name"] for level in policy.levels} if policy else {}
    gone = [code for code in dict.fromkeys(chosen) if code not in offered]
    if gone:
        names = tier_names()
        offered |= {code: names.get(code, code) for code in gone}
    return list(offered.items())


VALUE_TITLES[TIER] = tier_names
