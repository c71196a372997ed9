"""Crises: tasks begin at once, the timeline tells everything, a closed one is closed and leaves a lesson."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_staff
from qunying.communities.queries.get_community import CommunityNotFound
from qunying.communities.tests.make import make_community
from qunying.kernel import clock
from qunying.kernel.wording import BadText
from qunying.listening.actions.assign_task import assign_task
from qunying.listening.actions.change_plan import BadPlan, change_plan
from qunying.listening.actions.close_crisis import CrisisTasksOpen, close_crisis
from qunying.listening.actions.finish_task import CrisisTaskDone, CrisisTaskNotFound, finish_task
from qunying.listening.actions.note_crisis import note_crisis
from qunying.listening.actions.open_crisis import open_crisis
from qunying.listening.models import Crisis, CrisisKind
from qunying.listening.people import PersonNotFound
from qunying.listening.plans import PlanNotFound, PreparedText, Step, get_plan
from qunying.listening.queries.get_crisis import CrisisClosed, CrisisNotFound, list_my_tasks
from qunying.listening.tests.make import make_crisis
from qunying.members.tests.make import NOW
from qunying.moderation.tests.make import do
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", CrisisKind.values)
def test_opening_starts_the_tasks_of_the_plan_at_once(kind):
    person = make_staff(Role.MANAGER)
    crisis = make_crisis(kind, person_id=person.id, community_id=make_community().id)
    plan = get_plan(kind)
    assert [(task.title, task.due_at - NOW) for task in crisis.tasks.all()] == [
        (step.title, timedelta(minutes=step.minutes)) for step in plan.steps
    ]
    assert [task.id for task in list_my_tasks(person.id)] == [
        task.id for task in crisis.tasks.order_by("due_at")
    ]
    assert len(crisis.texts) == 2
    assert Event.objects.get(name="crisis_opened").community_id == crisis.community_id


def test_the_person_in_charge_is_named_or_of_the_plan_or_who_opens():
    planned, named, opener = make_staff(), make_staff(), make_staff(Role.OPERATOR)
    assert make_crisis("fault", actor=opener.actor).person_id == opener.id
    do(change_plan, kind="fault", steps=[], texts=[], person_id=planned.id)
    assert make_crisis("fault", actor=opener.actor).person_id == planned.id
    assert make_crisis("fault", person_id=named.id).person_id == named.id


def test_a_changed_plan_holds_from_now_on():
    before = make_crisis()
    steps, texts = [Step("Call the laboratory", 15)], [PreparedText("Short", "We are looking into it.")]
    do(change_plan, kind="rumour", steps=steps, texts=texts, contacts="Dr Li, laboratory")
    after = make_crisis()
    assert [task.title for task in after.tasks.all()] == ["Call the laboratory"]
    assert (after.contacts, after.texts[0]["name"]) == ("Dr Li, laboratory", "Short")
    assert before.tasks.count() > 1
    do(change_plan, kind="rumour", steps=[], texts=[])
    assert not get_plan("rumour").is_own


def test_a_crisis_runs_to_its_lesson():
    crisis, helper = make_crisis(), make_staff()
    tasks = list(crisis.tasks.all())
    do(assign_task, task_id=tasks[0].id, person_id=helper.id)
    do(finish_task, task_id=tasks[0].id, note="It began in a video.")
    with pytest.raises(CrisisTaskDone):
        do(finish_task, task_id=tasks[0].id)
    do(note_crisis, crisis_id=crisis.id, text="The laboratory answers at noon.")
    ending: dict[str, Any] = {
        "crisis_id": crisis.id,
        "outcome": "Report published.",
        "lesson": "Publish reports first.",
    }
    with pytest.raises(CrisisTasksOpen):
        do(close_crisis, **ending)
    later = NOW + timedelta(minutes=95)
    do(close_crisis, now=later, leave_tasks=True, **ending)
    kinds = list(crisis.timeline.values_list("kind", flat=True))
    assert kinds == ["opened", "assigned", "done", "note", "closed"]
    assert get_plan("rumour").lessons == ("Publish reports first.",)
    assert Event.objects.get(name="crisis_closed").properties["minutes"] == "95"
    for verb, arguments in (
        (note_crisis, {"crisis_id": crisis.id, "text": "More."}),
        (finish_task, {"task_id": tasks[1].id}),
        (close_crisis, ending),
    ):
        with pytest.raises(CrisisClosed):
            do(verb, **arguments)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "flood"}, PlanNotFound),
        ({"title": " "}, BadText),
        ({"community_id": uuid4()}, CommunityNotFound),
        ({"person_id": uuid4()}, PersonNotFound),
    ],
)
def test_bad_crises_are_refused(change, problem):
    with pytest.raises(problem):
        do(open_crisis, **{"kind": "rumour", "title": "Something", **change})
    assert not Crisis.objects.exists()


def test_what_does_not_exist_is_refused():
    with pytest.raises(CrisisNotFound):
        do(note_crisis, crisis_id=uuid4(), text="Hello.")
    with pytest.raises(CrisisTaskNotFound):
        do(finish_task, task_id=uuid4())
    with pytest.raises(BadPlan):
        do(change_plan, kind="rumour", steps=[Step("Late", 10**9)], texts=[])
    with pytest.raises(BadPlan):
        do(change_plan, kind="rumour", steps=[Step("Again", 1)] * 31, texts=[])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_console_carries_a_crisis_from_its_opening_to_its_end(language):
    browser = make_browser(Role.MANAGER, language)
    new = reverse("listening.open_crisis")
    for page in (reverse("listening.crises"), new, reverse("listening.change_plan", args=["attack"])):
        assert browser.get(page).status_code == 200
    assert browser.get(reverse("listening.change_plan", args=["flood"])).status_code == 404
    browser.post(new, {"kind": "attack", "title": "Links to a copy of our shop"})
    crisis = Crisis.objects.get()
    address = reverse("listening.crisis", args=[crisis.id])
    first = crisis.tasks.first()
    assert first is not None
    browser.post(reverse("listening.finish_task", args=[first.id]), {"note": "Two accounts."})
    browser.post(reverse("listening.note_crisis", args=[crisis.id]), {"text": "It has stopped."})
    page = browser.get(address).content.decode()
    assert "Two accounts." in page
    assert "It has stopped." in page
    ending = {"outcome": "Gone.", "lesson": "Approve joining.", "leave_tasks": "on"}
    browser.post(reverse("listening.close_crisis", args=[crisis.id]), ending)
    assert "Approve joining." in browser.get(reverse("listening.crises")).content.decode()
    steps = {"steps": "5 Call the platform\n\n90 Tell everybody", "texts": "# Calm\nPlease wait.\nThank you."}
    browser.post(reverse("listening.change_plan", args=["attack"]), steps)
    plan = get_plan("attack")
    assert [(step.minutes, step.title) for step in plan.steps] == [
        (5, "Call the platform"),
        (90, "Tell everybody"),
    ]
    assert plan.texts[0].text == "Please wait.\nThank you."
    bad = browser.post(reverse("listening.change_plan", args=["attack"]), {"steps": "soon call"})
    assert bad.status_code == 200
    assert crisis.opened_at <= clock.now()
