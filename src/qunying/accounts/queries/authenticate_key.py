"""From the secret of an API key to its actor."""

import hashlib
import json

from django.db import connection

from qunying.accounts.roles import PERMISSIONS, Role
from qunying.kernel.actors import Actor


def hash_secret(secret: str) -> str:
    """Return what is stored of a key. Keys are 256 random bits, so a plain hash is enough and looking it up leaks nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_key_actor(secret: str) -> Actor | None:
    """Return the actor of a valid key, or None. A key may never do more than the person who made it."""
    with (
        connection.cursor() as cursor
    ):  # for every request to the API, so without what building a query costs
        cursor.execute(
            "SELECT k.id, k.scopes, u.role FROM accounts_apikey k JOIN accounts_user u ON u.id = k.created_by_id"
            " WHERE k.secret_hash = %s AND k.revoked_at IS NULL AND u.is_active",
            [hash_secret(secret)],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    key_id, scopes, role = row
    makers = Actor(kind="staff", id="", permissions=PERMISSIONS[Role(role)])
    allowed = frozenset(scope for scope in json.loads(scopes) if makers.may(scope))
    return Actor(kind="key", id=str(key_id), permissions=allowed)
