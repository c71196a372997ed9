"""Checkpoints: listed, and compared with a copy that was kept elsewhere."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.ledger.checkpoints import is_signed, statement_of
from qunying.ledger.models import Checkpoint


class UnknownCheckpoint(Problem):
    """There is no checkpoint of this day."""

    code = "unknown_checkpoint"
    kind = Kind.NOT_FOUND
    message = _("There is no checkpoint of {day}.")


class NotACheckpoint(Problem):
    """The text is not a checkpoint that was exported here."""

    code = "not_a_checkpoint"
    kind = Kind.INVALID
    message = _("This is not a checkpoint as “qunying ledger checkpoint --json” prints it.")


def list_checkpoints() -> QuerySet[Checkpoint]:
    """Return all checkpoints; order them by ``-day`` for newest first."""
    return Checkpoint.objects.select_related("last_block")


def has_checkpoint(day: date) -> bool:
    """Tell whether a day, or a later one, has its checkpoint."""
    return Checkpoint.objects.filter(day__gte=day).exists()


def export_checkpoint(day: date | None) -> dict[str, Any]:
    """Return the checkpoint of a day (None: the latest) as it is to be kept elsewhere.

    Raises:
        UnknownCheckpoint: when there is none.
    """
    checkpoints = list_checkpoints().order_by("-day")
    found = (checkpoints if day is None else checkpoints.filter(day=day)).first()
    if found is None:
        raise UnknownCheckpoint(day=str(day or "—"))
    return {**vars(statement_of(found)), "hash": found.hash, "signature": found.signature}


def compare_checkpoint(copy: Mapping[str, Any]) -> list[str]:
    """Return what is different now from a copy that was kept elsewhere; empty when nothing is.

    Raises:
        NotACheckpoint: when the copy is none, or was not signed by this installation.
    """
    try:
        digest, signature, day = (
            str(copy["hash"]),
            str(copy["signature"]),
            date.fromisoformat(str(copy["day"])),
        )
    except (KeyError, ValueError) as error:
        raise NotACheckpoint from error
    if not is_signed(digest, signature):
        raise NotACheckpoint
    found = list_checkpoints().filter(day=day).first()
    if found is None:
        return [f"checkpoint {day}: missing"]
    now = {**vars(statement_of(found)), "hash": found.hash, "signature": found.signature}
    return [f"checkpoint {day}: {name} has changed" for name in now if now[name] != copy.get(name)]
