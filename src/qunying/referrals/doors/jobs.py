"""Work of referrals that comes round by itself."""

from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job
from qunying.referrals.actions.lapse_invitations import lapse_invitations
from qunying.referrals.actions.settle_invitation import settle_invitation
from qunying.referrals.following import find_orders, find_returns
from qunying.referrals.models import Bond

AT_ONCE = 500


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
