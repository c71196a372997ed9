"""Work of referrals that comes round by itself."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job
from qunying.referrals.actions.lapse_invitations import lapse_invitations
from qunying.referrals.actions.settle_invitation import settle_invitation
from qunying.referrals.actions.settle_share_day import settle_share_day
from qunying.referrals.following import find_orders, find_returns
from qunying.referrals.models import Bond, ShareDay, ShareVisit

AT_ONCE = 500
LOOKED_BACK = timedelta(days=14)


@job(every="*/5 * * * *")
def settle_invitations() -> None:
    """Give what is due, after looking for orders of theirs that went back with a file."""
    now, actor = clock.now(), actors.system("settle_invitations")
    due = Bond.objects.filter(state=Bond.State.HELD, matures_at__lte=now).order_by("matures_at")[:AT_ONCE]
    find_returns(actor, now, list(due))
    for bond in due:
        settle_invitation(
            command_id=f"settle:{bond.id}:{now:%Y%m%d%H%M}", actor=actor, now=now, bond_id=bond.id
        )


@job(every="50 * * * *")
def follow_files() -> None:
    """Look for orders and returns that came in with files, then end what is over."""
    now, actor = clock.now(), actors.system("follow_files")
    find_orders(actor, now)
    find_returns(actor, now)
    lapse_invitations(command_id=str(new_id()), actor=actor, now=now)


@job(every="10 17 * * *")
def settle_shares() -> None:
    """Once a day, give for the visitors of past days; what is owed is tried again for two weeks."""
    now, actor = clock.now(), actors.system("settle_shares")
    today = clock.local_day(now, get_brand().zone)
    days = ShareDay.objects.filter(link=OuterRef("link"), day=OuterRef("day"))
    settled = days.exclude(state=ShareDay.State.OWED)
    due = ShareVisit.objects.filter(is_counted=True, day__lt=today, day__gt=today - LOOKED_BACK)
    for link_id, day in due.exclude(Exists(settled)).values_list("link_id", "day").distinct():
        settle_share_day(
            command_id=f"share:{link_id}:{day}:{today}", actor=actor, now=now, link_id=link_id, day=day
        )
