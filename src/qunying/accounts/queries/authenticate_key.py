"""From the secret of an API key to its actor."""

import hashlib

from qunying.accounts.models import ApiKey
from qunying.kernel.actors import Actor


def hash_secret(secret: str) -> str:
    """Return what is stored of a key. Keys are 256 random bits, so a plain hash is enough and looking it up leaks nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_key_actor(secret: str) -> Actor | None:
    """Return the actor of a valid key, or None. A key may never do more than the person who made it."""
    key = (
        ApiKey.objects.select_related("created_by")
        .filter(secret_hash=hash_secret(secret), revoked_at=None)
        .first()
    )
    if key is None or not key.created_by.is_active:
        return None
    maker = key.created_by.actor
    return Actor(kind="key", id=str(key.id), permissions=frozenset(s for s in key.scopes if maker.may(s)))
