"""``qunying listening``: crises."""

from typing import Annotated
from uuid import UUID

import typer

from qunying.kernel.terminal import act_of_owner, answer
from qunying.listening.actions.close_crisis import close_crisis
from qunying.listening.actions.finish_task import finish_task
from qunying.listening.actions.note_crisis import note_crisis
from qunying.listening.actions.open_crisis import open_crisis
from qunying.listening.queries.get_crisis import get_crisis, list_crises, list_tasks

app = typer.Typer(no_args_is_help=True, help="Listening: crises.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def crises(state: str = "", json: Json = False) -> None:
    """Show crises, latest first."""
    rows = [
        {
            "id": row.id,
            "kind": row.kind,
            "title": row.title,
            "state": row.state,
            "opened_at": row.opened_at,
            "open_tasks": row.open_tasks,  # type: ignore[attr-defined]
        }
        for row in list_crises(state).order_by("-opened_at")[:200]
    ]
    answer({"crises": rows}, json=json)


@app.command("open")
def begin(
    kind: Annotated[str, typer.Argument(help="dispute, attack, rumour or fault")],
    title: str,
    community: Annotated[UUID | None, typer.Option(help="Where, if in one community.")] = None,
    json: Json = False,
) -> None:
    """Open a crisis; the tasks of its plan begin at once."""
    crisis_id = open_crisis(
        kind=kind,
        title=title,
        community_id=community,
        **act_of_owner(),
    )
    answer({"id": crisis_id}, json=json)


@app.command()
def show(crisis: UUID, json: Json = False) -> None:
    """Show a crisis with its tasks and its timeline."""
    found = get_crisis(crisis)
    tasks = [
        {"id": task.id, "title": task.title, "due_at": task.due_at, "done_at": task.done_at}
        for task in list_tasks(crisis)
    ]
    lines = [{"at": line.at, "kind": line.kind, "text": line.text} for line in found.timeline.all()]
    facts = {name: getattr(found, name) for name in ("id", "kind", "title", "state", "outcome", "lesson")}
    answer({**facts, "tasks": tasks, "timeline": lines}, json=json)


@app.command()
def note(crisis: UUID, text: str, json: Json = False) -> None:
    """Write into the timeline of a crisis."""
    note_crisis(crisis_id=crisis, text=text, **act_of_owner())
    answer({"id": crisis}, json=json)


@app.command()
def done(task: UUID, note: Annotated[str, typer.Option(help="How.")] = "", json: Json = False) -> None:
    """Mark a task of a crisis as done."""
    finish_task(task_id=task, note=note, **act_of_owner())
    answer({"task": task}, json=json)


@app.command()
def close(
    crisis: UUID,
    outcome: Annotated[str, typer.Option(help="How it ended.")],
    lesson: Annotated[str, typer.Option(help="What to do better next time.")],
    leave_tasks: Annotated[bool, typer.Option(help="Leave tasks that are not done.")] = False,
    json: Json = False,
) -> None:
    """Close a crisis with its lesson."""
    close_crisis(crisis_id=crisis, outcome=outcome, lesson=lesson, leave_tasks=leave_tasks, **act_of_owner())
    answer({"id": crisis, "state": "closed"}, json=json)
