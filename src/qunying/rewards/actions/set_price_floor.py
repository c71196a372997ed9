"""Say how deep offers may go."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.engines.coupon_value import BASIS_POINTS
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.models import PriceFloor
from qunying.rewards.pricing.cart_terms import check_names, need


@action
def set_price_floor(
    *, command_id: str, actor: Actor, now: datetime, kind: str, key: str = "", least_basis_points: int | None
) -> None:
    """Set how much of its list price a product keeps at least, or with None take that away.

    Args:
        kind, key: "all" (no key), "tag" or "product" with which one. Of several that fit a line the highest holds.
        least_basis_points: 1 to 10,000; 7,000 keeps seven tenths of the list price.

    Raises:
        TermsWrong: there is no such kind, a key is missing or too long, or the share is out of range.
    """
    need(kind in PriceFloor.Kind.values, "kind", " / ".join(PriceFloor.Kind.values))
    if kind == PriceFloor.Kind.ALL:
        need(not key, "key", _("has no use here, leave it out"))
    else:
        check_names("key", [key])
    if least_basis_points is None:
        PriceFloor.objects.filter(kind=kind, key=key).delete()
        return
    need(1 <= least_basis_points <= BASIS_POINTS, "least_basis_points", "1 – 10,000")
    PriceFloor.objects.update_or_create(
        kind=kind,
        key=key,
        defaults={"least_basis_points": least_basis_points, "changed_at": now, "changed_by": actor.key},
    )
