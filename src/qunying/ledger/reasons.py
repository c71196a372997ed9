"""Why something was booked by itself: kept as a code, and put into words where it is read. What people type stays as they typed it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BIRTHDAY, CONTENT_HIDDEN, PAID_LESS, RETURNED = "birthday", "content_hidden", "paid_less", "returned"

REASONS: Mapping[str, Promise] = {
    BIRTHDAY: _("Birthday gift"),
    CONTENT_HIDDEN: _("Content hidden"),
    PAID_LESS: _("Paid less"),
    RETURNED: _("Returned"),
}


def name_reason(reason: str) -> str:
    """Return a reason as people read it."""
    return str(REASONS.get(reason, reason))
