"""The end of an activity: what is published, stock closed, money that is left given back."""

from typing import Any

from django.db.models import Sum

from qunying.activities.events import ACTIVITY_SETTLED
from qunying.activities.models import Activity, Award, Proof, State
from qunying.activities.purse import empty_purse
from qunying.activities.stock import close_stock
from qunying.activities.telling import tell
from qunying.kernel.acts import Act


def finish(activity: Activity, bundle: dict[str, Any] | None, act: Act) -> int:
    """Publish, close the stock, give back the money that nobody is owed, and return how much that was."""
    now = act["now"]
    if bundle is not None:
        Proof.objects.filter(activity=activity).update(bundle=bundle, published_at=now)
    close_stock(activity, act)
    back = give_money_back(activity, act)
    activity.state, activity.settled_at = State.SETTLED, now
    activity.save()
    tell(ACTIVITY_SETTLED, activity, now)
    return back


def give_money_back(activity: Activity, act: Act) -> int:
    """Give back the money that nobody is owed and that is not held for review, and return how much that was."""
    waits = [Award.State.OWED, Award.State.HELD]
    kept = Award.objects.filter(activity=activity, kind=Award.Kind.MONEY, state__in=waits)
    return empty_purse(activity, kept.aggregate(kept=Sum("amount"))["kept"] or 0, act)
