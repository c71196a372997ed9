"""Change the brand's name, zone, currency and house rules."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from qunying.accounts.models import Brand
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.money import checked_currency
from qunying.kernel.problems import Kind, Problem
from qunying.stream.queries.has_events import has_events


class UnknownZone(Problem):
    """The zone is not in the IANA time zone database."""

    code = "unknown_zone"
    kind = Kind.INVALID
    message = _("“{zone}” is not a time zone such as Asia/Shanghai.")


class BrandChangeUnconfirmed(Problem):
    """Another currency or zone for a brand that has data, and nobody has said that they know what it does."""

    code = "brand_change_unconfirmed"
    kind = Kind.CONFLICT
    message = _(
        "There is data already. Nothing is converted: what was ordered and booked stays in {currency}, and is not in sums, scores and segments"
        " of another currency any more; in another time zone, days begin at another hour, for the past as well. Confirm that you want this."
    )


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
    sure: bool = False,
) -> None:
    """Change what is given and leave the rest. What happened before keeps the instant and the currency that it had.

    Args:
        sure: the actor knows what another currency or zone does to what is there already.

    Raises:
        BrandChangeUnconfirmed: something has happened already, and they have not said so.
        UnknownZone: when the zone is not an IANA zone.
        UnknownCurrency: when the currency is not an ISO 4217 code.
    """
    kept = Brand.objects.select_for_update().filter(pk=1).first()
    brand = kept or Brand(name="Qunying")
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
    is_other = any(changes[name] not in {None, getattr(brand, name)} for name in ("zone", "currency"))
    if is_other and not sure and kept is not None and has_events():
        raise BrandChangeUnconfirmed(currency=brand.currency)
    for field, value in changes.items():
        if value is not None:
            setattr(brand, field, value)
    if clear_analysis_at:
        brand.analysis_at = None
    brand.save()
