"""Requests about crises."""

from qunying.accounts.tests.make import make_staff
from qunying.listening.tests.make import make_crisis
from tests.api.examples import Example, example


@example("listening.list_crises")
def list_crises() -> Example:
    make_crisis()
    return Example(query={"state": "open", "limit": 10})


@example("listening.open_crisis")
def open_crisis() -> Example:
    body = {"kind": "rumour", "title": "They say our tea is coloured"}
    return Example(body=body, other={**body, "kind": "attack"})


@example("listening.get_crisis")
def get_crisis() -> Example:
    return Example({"crisis_id": make_crisis().id})


@example("listening.note_crisis")
def note_crisis() -> Example:
    path = {"crisis_id": make_crisis().id}
    return Example(path, body={"text": "It spreads."}, other={"text": "It stops."})


@example("listening.close_crisis")
def close_crisis() -> Example:
    body = {"outcome": "Report published.", "lesson": "Publish first.", "leave_tasks": True}
    return Example({"crisis_id": make_crisis().id}, body=body, other={**body, "lesson": "Ask first."})


@example("listening.finish_task")
def finish_task() -> Example:
    return Example({"task_id": first_task()}, body={"note": "Found."}, other={"note": "Not found."})


@example("listening.assign_task")
def assign_task() -> Example:
    person, other = make_staff(), make_staff()
    return Example(
        {"task_id": first_task()}, body={"person_id": str(person.id)}, other={"person_id": str(other.id)}
    )


def first_task() -> object:
    task = make_crisis().tasks.first()
    assert task is not None
    return task.id


@example("listening.list_plans")
def list_plans() -> Example:
    return Example()


@example("listening.change_plan")
def change_plan() -> Example:
    body = {"steps": [{"title": "Call", "minutes": 5}], "texts": [{"name": "Calm", "text": "Please wait."}]}
    return Example({"kind": "fault"}, body=body, other={**body, "contacts": "Dr Li"})
