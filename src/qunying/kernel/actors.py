"""Actors: who does something, and which action ids they may use."""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem


class Forbidden(Problem):
    """The actor's role does not hold the action id."""

    code = "forbidden"
    kind = Kind.FORBIDDEN
    message = _("Your role does not allow “{action}”.")


class Unauthenticated(Problem):
    """Nobody is signed in, or the key is not valid."""

    code = "unauthenticated"
    kind = Kind.UNAUTHENTICATED
    message = _("Sign in, or send a valid API key.")


@dataclass(frozen=True)
class Actor:
    """Who acts. ``permissions`` are action ids or patterns such as ``rewards.*``."""

    kind: Literal["staff", "key", "member", "system"]
    id: str
    permissions: frozenset[str] = field(default_factory=frozenset, repr=False)

    @property
    def key(self) -> str:
        """One word for the actor, e.g. ``staff:4f0c…``; part of the identity of a command."""
        return f"{self.kind}:{self.id}"

    def may(self, action: str) -> bool:
        """Tell whether the actor holds the action id."""
        return any(fnmatchcase(action, pattern) for pattern in self.permissions)

    def require(self, action: str) -> None:
        """Refuse unless the actor holds the action id.

        Raises:
            Forbidden: when it does not.
        """
        if not self.may(action):
            raise Forbidden(action=action)


def system(task: str) -> Actor:
    """Return the installation itself, acting as a named task (a job, a reaction, the command line of its owner)."""
    return Actor(kind="system", id=task, permissions=frozenset({"*"}))


def member_actor(member_id: UUID, *permissions: str) -> Actor:
    """Return a member acting for themselves, with the few action ids that the page in front of them needs."""
    return Actor(kind="member", id=str(member_id), permissions=frozenset(permissions))
