"""What a programme promises, in words."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from qunying.kernel.money import display_money
from qunying.referrals.models import Programme
from qunying.referrals.models.programme import Qualifies
from qunying.rewards.queries.get_template import get_template


def reward_in_words(points: int, template_id: UUID | None) -> str:
    """Return what one side gets: points, a coupon, both, or nothing."""
    parts = (
        [ngettext("{count} point", "{count} points", points).format(count=f"{points:,}")] if points else []
    )
    if template_id:
        parts.append(get_template(template_id).name)
    return pgettext("rewards", " and ").join(parts)


def inviter_gets(programme: Programme) -> str:
    """Return what the inviter gets for a friend; empty for nothing."""
    return reward_in_words(programme.inviter_points, programme.inviter_template_id)


def invited_gets(programme: Programme) -> str:
    """Return what the friend gets; empty for nothing."""
    return reward_in_words(programme.invited_points, programme.invited_template_id)


def condition_of(programme: Programme) -> str:
    """Return when a friend counts."""
    if programme.qualifies == Qualifies.JOINED:
        return _("as soon as your friend has joined")
    least = display_money(programme.least_order_minor, programme.currency)
    if not programme.least_order_minor:
        text = ngettext(
            "with your friend's first order within {days} day",
            "with your friend's first order within {days} days",
            programme.within_days,
        )
    else:
        text = ngettext(
            "with your friend's first order of at least {least} within {days} day",
            "with your friend's first order of at least {least} within {days} days",
            programme.within_days,
        )
    return text.format(least=least, days=programme.within_days)
