"""What may be held: a noun registers what its things are called, and what happens when a person has decided."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem

type Effect = Callable[[UUID, Act], None]


@dataclass(frozen=True)
class Subject:
    """A sort of thing that may be held.

    title: what it is called. describe: one line per thing, fit for its member and for staff. release, refuse: what the
    decision does to it; they run in its transaction and may be called again after an appeal.
    """

    title: str | Promise
    describe: Callable[[Collection[UUID]], dict[UUID, str]]
    release: Effect
    refuse: Effect


SUBJECTS: dict[str, Subject] = {}


class UnknownSubject(Problem):
    """Nothing of this sort can be held."""

    code = "unknown_held_subject"
    kind = Kind.INVALID
    message = _("Nothing called “{kind}” can be held for review.")


def register_subject(kind: str, subject: Subject) -> None:
    """Say that things of a sort may be held."""
    SUBJECTS[kind] = subject


def subject_of(kind: str) -> Subject:
    """Return a sort of thing.

    Raises:
        UnknownSubject.
    """
    if kind not in SUBJECTS:
        raise UnknownSubject(kind=kind[:30])
    return SUBJECTS[kind]
