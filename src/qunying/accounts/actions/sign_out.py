"""A person of the staff signs out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.accounts.actions.sign_in import MAX_ADDRESS
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@dataclass(frozen=True)
class SignedOut:
    """Who left, and from where."""

    user_id: UUID
    address: str


@action
def sign_out(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    user_id: UUID,
    address: str,
) -> SignedOut:
    """Note that a person has ended their session; it is the audit's, nothing hangs on it.

    Args:
        address: the network address that they came from.
    """
    return SignedOut(user_id, address[:MAX_ADDRESS])
