"""``qunying moderation``: the queue, watched words, rules."""

from pathlib import Path
from typing import Annotated

import typer

from qunying.kernel.terminal import act_of_owner, answer
from qunying.kernel.web import csv_text
from qunying.moderation.actions.import_words import import_words
from qunying.moderation.queries.get_appeal import list_appeals, list_penalties
from qunying.moderation.queries.get_case import CaseFilter, count_cases, in_queue_order, list_cases
from qunying.moderation.queries.list_words import list_words
from qunying.moderation.rules_text import get_rules_version
from qunying.moderation.words_file import COLUMNS, read_words, written_rows

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def queue(
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    json: Json = False,
) -> None:
    """Show what waits for a decision, the gravest first."""
    cases = [
        {
            "id": case.id,
            "about": case.subject_kind,
            "severity": case.severity,
            "sources": case.sources,
            "opened_at": case.opened_at,
            "quote": case.quote[:200],
        }
        for case in in_queue_order(list_cases(CaseFilter()))[:limit]
    ]
    answer({"waiting": count_cases()[""], "cases": cases}, json=json)


def penalties(
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    json: Json = False,
) -> None:
    """Show penalties, latest first."""
    rows = [
        {
            "id": row.id,
            "member": row.member_id,
            "step": row.step,
            "since": row.since,
            "until": row.until,
            "takes": row.takes,
            "imposed_by": row.imposed_by,
            "lifted_at": row.lifted_at,
        }
        for row in list_penalties().order_by("-since")[:limit]
    ]
    answer({"penalties": rows}, json=json)


def appeals(json: Json = False) -> None:
    """Show appeals that wait for a judgement."""
    rows = [
        {"id": row.id, "decision": row.decision_id, "submitted_at": row.submitted_at, "text": row.text[:200]}
        for row in list_appeals("open").order_by("submitted_at")
    ]
    answer({"appeals": rows}, json=json)


def rules(json: Json = False) -> None:
    """Show the community rules in force."""
    version = get_rules_version()
    answer({"number": version.number, "clauses": version.clauses}, json=json)


def take_words(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)], json: Json = False
) -> None:
    """Take over a list of watched words from a CSV file; all or none."""
    done = import_words(**act_of_owner(), rows=read_words(file.read_bytes()))
    answer(done.__dict__, json=json)


def give_words(file: Annotated[Path, typer.Argument(dir_okay=False)], json: Json = False) -> None:
    """Write the watched words into a CSV file."""
    words = list(list_words().order_by("text"))
    file.write_text("\ufeff" + csv_text(COLUMNS, written_rows(words)), encoding="utf-8")
    answer({"words": len(words), "file": str(file)}, json=json)
