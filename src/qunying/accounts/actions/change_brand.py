"""Change the brand's name, zone, currency and house rules."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from qunying.accounts.models import Brand
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.money import checked_currency
from qunying.kernel.problems import Kind, Problem


class UnknownZone(Problem):
    """The zone is not in the IANA time zone database."""

    code = "unknown_zone"
    kind = Kind.INVALID
    message = _("“{zone}” is not a time zone such as Asia/Shanghai.")


def checked_zone(zone: str) -> str:
    """Return the zone's name.

    Raises:
        UnknownZone: when there is no such zone.
    """
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError) as error:
        raise UnknownZone(zone=zone) from error
    return zone


@action
def change_brand(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    name: str | None = None,
    zone: str | None = None,
    currency: str | None = None,
    analysis_at: datetime | None = None,
    quiet_from: time | None = None,
    quiet_until: time | None = None,
    messages_per_day: int | None = None,
    approval_limit_minor: int | None = None,
    is_sample: bool | None = None,
    clear_analysis_at: bool = False,
) -> None:
    """Change what is given and leave the rest. What happened before keeps the day and currency that it had.

    Raises:
        UnknownZone: when the zone is not an IANA zone.
        UnknownCurrency: when the currency is not an ISO 4217 code.
    """
    brand = Brand.objects.select_for_update().filter(pk=1).first() or Brand(name="Qunying")
    changes = {
        "name": name,
        "zone": checked_zone(zone) if zone is not None else None,
        "currency": checked_currency(currency) if currency is not None else None,
        "analysis_at": analysis_at,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "messages_per_day": messages_per_day,
        "approval_limit_minor": approval_limit_minor,
        "is_sample": is_sample,
    }
    for field, value in changes.items():
        if value is not None:
            setattr(brand, field, value)
    if clear_analysis_at:
        brand.analysis_at = None
    brand.save()
