"""The end of an activity: what is published, stock closed, money that is left given back."""

from typing import Any

from django.db.models import Sum

from qunying.activities.events import ACTIVITY_SETTLED
from qunying.activities.models import Activity, Award, Proof, State
from qunying.activities.purse import empty_purse
from qunying.activities.stock import close_stock
from qunying.activities.telling import tell
from qunying.activities.words import Words


def finish(activity: Activity, bundle: dict[str, Any] | None, words: Words) -> int:
    """Publish, close the stock, give back the money that nobody is owed, and return how much that was."""
    now = words["now"]
    if bundle is not None:
        Proof.objects.filter(activity=activity).update(bundle=bundle, published_at=now)
    close_stock(activity, words)
    owed = Award.objects.filter(activity=activity, kind=Award.Kind.MONEY, state=Award.State.OWED)
    back = empty_purse(activity, owed.aggregate(owed=Sum("amount"))["owed"] or 0, words)
    activity.state, activity.settled_at = State.SETTLED, now
    activity.save()
    tell(ACTIVITY_SETTLED, activity, now)
    return back
