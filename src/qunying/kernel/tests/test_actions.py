"""The action wrapper: one effect, one stored answer, whatever is repeated, refused or interrupted."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import connection, connections
from django.utils.translation import gettext_lazy as _

from qunying.kernel import actions
from qunying.kernel.actions import CommandReused, action
from qunying.kernel.actors import Actor, Forbidden, system
from qunying.kernel.models import AttemptWindow, Command
from qunying.kernel.problems import Kind, Problem

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
BOSS = system("test")


class NoMore(Problem):
    code = "test_no_more"
    kind = Kind.CONFLICT
    message = _("No more than {most}.")


@dataclass(frozen=True)
class Counted:
    attempts: int
    at: datetime


@action
def count_up(*, command_id: str, actor: Actor, now: datetime, key: str, most: int = 10) -> Counted:
    row, _created = AttemptWindow.objects.get_or_create(
        key=key, defaults={"window_started_at": now, "attempts": 0}
    )
    row.attempts += 1
    row.save()
    if row.attempts > most:
        raise NoMore(most=most)
    return Counted(row.attempts, now)


@action
def count_twice(*, command_id: str, actor: Actor, now: datetime, key: str) -> int:
    count_up(command_id=command_id, actor=actor, now=now, key=key)
    return count_up(command_id=command_id, actor=actor, now=now, key=key).attempts


def attempts(key: str) -> int:
    row = AttemptWindow.objects.filter(key=key).first()
    return row.attempts if row else 0


@pytest.mark.django_db
def test_a_repeat_gets_the_stored_answer_and_has_no_second_effect() -> None:
    first = count_up(command_id="c1", actor=BOSS, now=NOW, key="k")
    later = datetime(2026, 5, 5, tzinfo=UTC)
    assert count_up(command_id="c1", actor=BOSS, now=later, key="k") == first
    assert attempts("k") == 1


@pytest.mark.django_db
def test_another_body_under_the_same_id_is_refused() -> None:
    count_up(command_id="c1", actor=BOSS, now=NOW, key="k")
    with pytest.raises(CommandReused):
        count_up(command_id="c1", actor=BOSS, now=NOW, key="other")
    assert attempts("other") == 0


@pytest.mark.django_db
def test_another_actor_may_use_the_same_id() -> None:
    count_up(command_id="c1", actor=BOSS, now=NOW, key="k")
    count_up(command_id="c1", actor=system("other"), now=NOW, key="k")
    assert attempts("k") == 2


@pytest.mark.django_db
def test_a_refusal_undoes_its_writes_is_stored_and_stays() -> None:
    for _attempt in range(2):
        with pytest.raises(NoMore, match="No more than 0"):
            count_up(command_id="c1", actor=BOSS, now=NOW, key="k", most=0)
    assert attempts("k") == 0
    assert Command.objects.get().refusal == {"code": "test_no_more", "fields": {"most": 0}}


@pytest.mark.django_db
def test_forbidden_leaves_no_command_behind() -> None:
    nobody = Actor(kind="staff", id="1", permissions=frozenset({"kernel.other"}))
    with pytest.raises(Forbidden):
        count_up(command_id="c1", actor=nobody, now=NOW, key="k")
    assert not Command.objects.exists()


@pytest.mark.django_db
def test_a_crash_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(AttemptWindow, "save", crash)
    with pytest.raises(ZeroDivisionError):
        count_up(command_id="c1", actor=BOSS, now=NOW, key="k")
    assert not Command.objects.exists()


@pytest.mark.django_db
def test_an_inner_action_joins_the_outer_command() -> None:
    assert count_twice(command_id="c1", actor=BOSS, now=NOW, key="k") == 2
    assert Command.objects.count() == 1
    assert actions.running_action() is None


@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_repeats_have_one_effect_and_one_answer() -> None:
    answers: list[Counted] = []
    barrier = threading.Barrier(20)

    def repeat() -> None:
        barrier.wait()
        answers.append(count_up(command_id="c1", actor=BOSS, now=NOW, key="k"))
        connections["default"].close()

    threads = [threading.Thread(target=repeat) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    assert set(answers) == {Counted(1, NOW)}
    assert attempts("k") == 1
    connection.close()


def test_problems_with_one_code_are_refused() -> None:
    with pytest.raises(TypeError, match="share the code"):
        type(
            "Other",
            (Problem,),
            {"code": "test_no_more", "kind": Kind.INVALID, "message": "", "__module__": "elsewhere"},
        )
