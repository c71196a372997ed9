"""The texts of replies, welcomes and notices: checked when they are written, filled when they go out."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.models import Community
from qunying.communities.queries.get_on_duty import find_on_duty
from qunying.kernel.clock import local_day
from qunying.kernel.wording import checked_text
from qunying.messages.rendering import check_variables, substitute

MAX_TEXT = 2_000
VARIABLES = ("name", "community", "on_duty", "brand")
REPORT_VARIABLES = (*VARIABLES, "period", "orders", "units", "buyers", "lines")


def checked_wording(text: str, *, variables: tuple[str, ...] = VARIABLES, may_be_empty: bool = False) -> str:
    """Return a text as it is stored.

    Raises:
        BadText: when it is empty, too long or not plain.
        UndeclaredVariable: when it uses a variable that nobody fills.
    """
    text = checked_text(
        text.replace("\r\n", "\n"), field="text", max_length=MAX_TEXT, may_be_empty=may_be_empty, lines=True
    )
    check_variables((text,), dict.fromkeys(variables, ""))
    return text


def filled(text: str, community: Community, now: datetime, **values: str) -> str:
    """Return a text as the community reads it: with its name, who is on duty today, and what else is given."""
    brand = get_brand()
    duty = find_on_duty(community.pk, local_day(now, brand.zone))
    known: Mapping[str, str] = {
        "community": community.name,
        "on_duty": duty.person.name if duty else "",
        "brand": brand.name,
        **values,
    }
    return substitute(text, known, {"name": _("everyone"), "on_duty": _("our team")})
