"""What is known of an invitation, for the engine that looks for signs of cheating."""

from datetime import timedelta

from qunying.engines.referral_signs import Seen, find_signs
from qunying.kernel.failpoints import disabled_guard
from qunying.members.queries.get_member import list_own_ids
from qunying.referrals.line import list_line_up
from qunying.referrals.models import Bond
from qunying.vetting.queries.list_shared import list_network_neighbours, list_shared_kinds

HALF_A_DAY = timedelta(hours=12)
MINUTES = timedelta(minutes=5)
MOST_SIBLINGS = 1_000


def signs_of(bond: Bond) -> list[str]:
    """Return the signs that an invitation shows as things stand."""
    return [] if disabled_guard("referrals.signs") else find_signs(_seen(bond))


def _seen(bond: Bond) -> Seen:
    inviters = list_own_ids(bond.inviter_id)
    of_inviter = Bond.objects.filter(inviter_id__in=inviters)
    siblings = of_inviter.exclude(pk=bond.pk).order_by("-bound_at").values_list("invited_id", flat=True)
    near = {bond.inviter_id, *siblings[:MOST_SIBLINGS]}
    above = set(list_line_up(bond.inviter_id))
    shared = list_shared_kinds(bond.invited_id, near | above)
    around = Bond.objects.filter(
        bound_at__gte=bond.bound_at - HALF_A_DAY, bound_at__lte=bond.bound_at + HALF_A_DAY
    )
    minutes = {"bound_at__gte": bond.bound_at - MINUTES, "bound_at__lte": bond.bound_at + MINUTES}
    rewarded = of_inviter.filter(
        settled_at__isnull=False, state__in=[Bond.State.REWARDED, Bond.State.RETURNED]
    )
    return Seen(
        shared=frozenset(kind for other in near for kind in shared.get(other, ())),
        with_line=any(shared.get(other) for other in above - near),
        in_a_day=around.filter(inviter_id__in=inviters).count(),
        in_minutes=of_inviter.filter(**minutes).count(),
        from_network=1 + around.filter(invited_id__in=list_network_neighbours(bond.invited_id)).count(),
        rewarded=rewarded.count(),
        returned=rewarded.filter(state=Bond.State.RETURNED).count(),
    )
