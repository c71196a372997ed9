"""Somebody types the code that reached them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.guessing import count_attempt
from qunying.members.queries.one_time_codes import is_code
from qunying.members.signing_in import lock_open_code, use_code


@dataclass(frozen=True)
class CodeRedeemed:
    """The session of who signed in; None when the code was wrong, used, over, tried too often or nobody's."""

    session_id: UUID | None


@action
def redeem_one_time_code(
    *, command_id: str, actor: Actor, now: datetime, code_id: UUID, code: str, address: str
) -> CodeRedeemed:
    """Start a session for who has the code; who asked to join is a member from then on.

    A wrong code is an answer, no problem: so the try is kept.

    Args:
        code_id: what ``issue_one_time_code`` gave.
        code: the digits as typed.
        address: the network address that tries.

    Raises:
        TooManyAttempts: after 10 tries in a minute from one address.
    """
    count_attempt(f"code_tried_from:{address}", now=now, limit=10)
    row = lock_open_code(code_id, now)
    if row is None:
        return CodeRedeemed(None)
    row.tries += 1
    row.save(update_fields=["tries"])
    if not is_code(row.id, code):
        return CodeRedeemed(None)
    return CodeRedeemed(use_code(row, command_id=command_id, actor=actor, now=now))
