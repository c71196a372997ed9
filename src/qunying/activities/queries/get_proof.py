"""What is published of an activity: rules, promise, closing statement, and after the end the whole with its checker."""

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from qunying.activities.kinds import kind_of
from qunying.activities.kinds.draw import frozen_tickets
from qunying.activities.models import Activity, Participation, Proof
from qunying.activities.promises import name_of
from qunying.activities.rules import rules_document
from qunying.engines import verify_draw
from qunying.engines.public_draw import inclusion_proof
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.remembering import remembered
from qunying.members.queries.get_member import list_own_ids

MOST_SHOWN_TICKETS = 20


class NoProofYet(Problem):
    """The result is not published, or there is nothing that chance decided."""

    code = "no_proof_yet"
    kind = Kind.NOT_FOUND
    message = _("Nothing is published yet that could be checked.")


@dataclass(frozen=True)
class Published:
    """What is published of an activity so far, without its length: the closing statement, and the digest of the result."""

    closing: dict[str, Any] | None
    digest: str | None


@remembered
def find_published(activity_id: UUID) -> Published | None:
    """Return what is published of an activity, or None before its close."""
    rows = Proof.objects.filter(activity_id=activity_id)
    row = rows.values_list("closing", KT("bundle__digest")).first()
    return Published(*row) if row else None


def find_bundle(activity: Activity) -> dict[str, Any] | None:
    """Return what was published at the end, or None."""
    return Proof.objects.filter(activity=activity).values_list("bundle", flat=True).first()


def proof_archive(activity: Activity) -> bytes:
    """Return a ZIP file of the published result and the script that checks it.

    Raises:
        NoProofYet.
    """
    bundle = find_bundle(activity)
    if bundle is None:
        raise NoProofYet
    told = (
        "python verify_draw.py bundle.json\n"
        f"python verify_draw.py bundle.json --commitment {activity.commitment} --rules {activity.rules_hash}\n"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("bundle.json", json.dumps(bundle, indent=1, ensure_ascii=False)),
            ("verify_draw.py", Path(verify_draw.__file__).read_text("utf-8")),
            ("README.txt", told),
        ):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return packed.getvalue()


def rules_file(activity: Activity) -> dict[str, Any]:
    """Return the published rules with their hash and the promise."""
    return {
        "rules": rules_document(activity),
        "rules_hash": activity.rules_hash,
        "commitment": activity.commitment,
    }


def short_ticket(entry: str) -> str:
    """Return a ticket as people compare it by eye: the first eight signs of its owner's name in the draw, and its number."""
    owner, _colon, number = entry.rpartition(":")
    return f"{owner[:8]}…:{number}"


def my_tickets(activity: Activity, member_id: UUID) -> list[dict[str, Any]]:
    """Return a member's tickets in a draw; after its close each with the proof that it is among the frozen ones."""
    if not kind_of(activity.kind).is_drawn(activity):
        return []
    own = list_own_ids(member_id)
    published = find_published(activity.id)
    if published is None or published.closing is None:
        mine = name_of(activity, member_id)
        count = Participation.objects.filter(activity=activity, member_id__in=own).count()
        entries = [f"{mine}:{n}" for n in range(1, min(count, MOST_SHOWN_TICKETS) + 1)]
        return [{"entry": entry, "short": short_ticket(entry)} for entry in entries]
    tickets = frozen_tickets(activity)
    entries = sorted(tickets)
    found = [(place, entry) for place, entry in enumerate(entries) if tickets[entry] in own]
    return [
        {
            "entry": entry,
            "short": short_ticket(entry),
            "index": place,
            "proof": inclusion_proof(entries, place),
        }
        for place, entry in found[:MOST_SHOWN_TICKETS]
    ]
