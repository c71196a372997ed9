"""Create an API key."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.models import ApiKey
from qunying.accounts.queries.authenticate_key import hash_secret
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class ScopeNotHeld(Problem):
    """A key may not do more than the person who makes it."""

    code = "scope_not_held"
    kind = Kind.INVALID
    message = _("You cannot give a key the scope “{scope}”: your own role does not hold it.")


class OnlyStaffMakeKeys(Problem):
    """Keys belong to people."""

    code = "only_staff_make_keys"
    kind = Kind.FORBIDDEN
    message = _("Only a person on the staff can make a key.")


@dataclass(frozen=True)
class KeyCreated:
    """The new key. Its secret is not part of the stored answer: it is shown once, by the door that made it."""

    key_id: UUID
    prefix: str


def new_secret() -> str:
    """Return a fresh secret of 256 random bits."""
    return f"qy_{secrets.token_urlsafe(32)}"


@action
def create_key(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    name: str,
    scopes: list[str],
    secret_hash: str,
    prefix: str,
) -> KeyCreated:
    """Store a key by the hash of its secret.

    Args:
        name: what the key is for.
        scopes: action ids or patterns (``rewards.*``), each within the maker's own role.
        secret_hash: SHA-256 of the secret (``hash_secret``); the secret itself never enters a command.
        prefix: the secret's first characters, so that people can tell keys apart.

    Raises:
        OnlyStaffMakeKeys: when the actor is not a person on the staff.
        ScopeNotHeld: when a scope is beyond the maker's role.
    """
    if actor.kind != "staff":
        raise OnlyStaffMakeKeys
    for scope in scopes:
        if not actor.may(scope):
            raise ScopeNotHeld(scope=scope)
    key = ApiKey.objects.create(
        name=name.strip(),
        prefix=prefix[:10],
        secret_hash=secret_hash,
        scopes=sorted(set(scopes)),
        created_by_id=UUID(actor.id),
        created_at=now,
    )
    return KeyCreated(key.id, key.prefix)


def make_key(
    *, command_id: str, actor: Actor, now: datetime, name: str, scopes: list[str]
) -> tuple[KeyCreated, str]:
    """Create a key and return it with its secret, which nobody can ask for again."""
    secret = new_secret()
    created = create_key(
        command_id=command_id,
        actor=actor,
        now=now,
        name=name,
        scopes=scopes,
        secret_hash=hash_secret(secret),
        prefix=secret[:10],
    )
    return created, secret
