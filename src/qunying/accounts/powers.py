"""What somebody may do, in the words that people read."""

from qunying.accounts.noun_names import NOUN_NAMES
from qunying.accounts.permission_names import PERMISSION_NAMES
from qunying.kernel.actors import Actor


def name_permission(permission: str) -> str:
    """Return what people call a permission; its id where nobody has named it."""
    return str(PERMISSION_NAMES.get(permission, permission))


def list_powers(actor: Actor) -> list[tuple[str, list[str] | None]]:
    """Return what an actor may do, noun by noun: the names of the permissions, or None for all that the noun has."""
    powers: list[tuple[str, list[str] | None]] = []
    for noun, title in NOUN_NAMES.items():
        known = [permission for permission in PERMISSION_NAMES if permission.startswith(f"{noun}.")]
        held = [permission for permission in known if actor.may(permission)]
        if held:
            everything = actor.may(f"{noun}.*")
            powers.append((str(title), None if everything else [name_permission(one) for one in held]))
    return powers
