"""The titles of identity types."""

from qunying.members.models import Identity


def identity_title(type_: str) -> str:
    """Return the title of a type of identity in the language of the moment; the type itself when it is unknown."""
    return str(dict(Identity.Type.choices).get(type_, type_))
