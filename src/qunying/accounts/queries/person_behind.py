"""The person who answers for an actor."""

from uuid import UUID

from qunying.accounts.models import ApiKey


def person_behind(actor_key: str) -> str:
    """Return the key of the person behind an actor's key: for an API key whoever made it, else the actor.

    Rules that ask for two people compare these, so that nobody is two by using a program.
    """
    kind, _sep, id_ = actor_key.partition(":")
    if kind != "key":
        return actor_key
    maker = ApiKey.objects.filter(pk=UUID(id_)).values_list("created_by_id", flat=True).first()
    return f"staff:{maker}" if maker else actor_key


def same_person(actor_key: str, *others: str) -> bool:
    """Tell whether the person behind an actor is behind one of the others as well."""
    return person_behind(actor_key) in {person_behind(other) for other in others}
