"""Reactions: once per event, never skipped, in one transaction with their effect; history starts none."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.members.actions.tag_member import tag_member
from qunying.members.models import Member, Tag
from qunying.stream import react
from qunying.stream.models import Cursor, Event, ReactionRun
from qunying.stream.react import Reaction, StreamEvent, reaction
from qunying.stream.record import NewEvent, record
from qunying.stream.run_reactions import EVENTS_AT_ONCE, run_reaction, run_reactions, start_readers
from qunying.stream.tests.make import NOON, WAVED, make_event, make_events
from qunying.stream.tests.process import KILLED, open_session, run_apart

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
INSERT = (
    "INSERT INTO stream_event (id, source, source_event_id, name, occurred_at, received_at)"
    " VALUES (gen_random_uuid(), 's', 'slow', 'hand_waved', %s, %s)"
)


class WaveRefused(Problem):
    """A rule of the test says no."""

    code = "wave_refused"
    kind = Kind.CONFLICT
    message = "No."


def greet(event: StreamEvent, now: datetime) -> None:
    """Leave a member per event, and beside the transaction a line in a file."""
    Member.objects.create(name=str(event.id), first_seen_at=now, created_at=now)
    with (Path(django_settings.HOME) / "greeted").open("a") as file:
        file.write(f"{event.id}\n")


GREET = Reaction("stream.greet", ("hand_waved",), HOUR, greet)


def greet_now() -> None:
    run_reaction(GREET, NOON)


def greeted() -> list[str]:
    return sorted(Member.objects.values_list("name", flat=True))


def event_ids() -> list[str]:
    return sorted(str(id_) for id_ in Event.objects.values_list("id", flat=True))


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this reaction exists, and its cursor stands where the stream is."""
    monkeypatch.setattr(react, "registry", {GREET.id: GREET})
    monkeypatch.setattr("qunying.stream.run_reactions.registry", react.registry)
    start_readers(NOON)


def test_runs_once_per_event(home: Path) -> None:
    make_events(3)
    make_event(type=WAVED, properties={"hand": "left"})
    assert run_reactions(NOON) == {"stream.greet": 4}
    assert run_reactions(NOON) == {"stream.greet": 0}
    assert greeted() == event_ids()
    assert ReactionRun.objects.filter(retry_at=None, failure="").count() == 4


def test_cursor_that_is_set_back_starts_nothing_twice(home: Path) -> None:
    make_events(2)
    run_reaction(GREET, NOON)
    Cursor.objects.update(transaction=0, position=0)
    assert run_reaction(GREET, NOON) == 0
    assert len(greeted()) == 2


def test_history_and_old_events_start_nothing(home: Path) -> None:
    make_event(backfill=True)
    make_event(occurred_at=NOON - HOUR - timedelta(seconds=1))
    fresh = make_event(occurred_at=NOON - HOUR)
    run_reaction(GREET, NOON)
    assert greeted() == [str(fresh.id)]


def test_what_happened_before_a_reaction_existed_starts_nothing(home: Path) -> None:
    make_events(2)
    younger = Reaction("stream.younger", ("hand_waved",), HOUR, greet)
    assert run_reaction(younger, NOON) == 0
    late = make_event()
    assert run_reaction(younger, NOON) == 1
    assert greeted() == [str(late.id)]


def test_more_events_than_fit_into_one_transaction(home: Path) -> None:
    make_events(EVENTS_AT_ONCE * 2 + 3)
    assert run_reaction(GREET, NOON) == EVENTS_AT_ONCE * 2 + 3
    assert greeted() == event_ids()


def slow_transaction() -> None:
    """A transaction begins, others come and go, then it ends: its event is older than theirs."""
    slow = open_session()
    slow.execute(INSERT, [NOON, NOON])
    make_events(3)
    run_reaction(GREET, NOON)
    slow.commit()
    slow.close()
    run_reaction(GREET, NOON)


def test_event_that_commits_late_is_not_skipped(home: Path) -> None:
    slow_transaction()
    assert greeted() == event_ids()
    assert len(greeted()) == 4


def test_twin_that_reads_above_the_horizon_skips(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUNYING_FAILPOINTS", "react.horizon=off")
    slow_transaction()
    assert len(greeted()) == 3
    assert len(event_ids()) == 4


@pytest.mark.parametrize("point", ["react.effects_done", "react.committed"])
def test_killed_between_effect_and_cursor_runs_once(home: Path, point: str) -> None:
    make_events(5)
    assert run_apart(greet_now, failpoints=f"{point}=exit") == KILLED
    run_reaction(GREET, NOON)
    assert greeted() == event_ids()
    # What is not part of the transaction is the twin: it happens again.
    lines = (home / "greeted").read_text().splitlines()
    assert len(lines) == (10 if point == "react.effects_done" else 5)


def test_many_workers_run_each_event_once(home: Path) -> None:
    make_events(60)

    def work(_: int) -> int:
        try:
            return run_reaction(GREET, NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        ran = sum(pool.map(work, range(8)))
    ran += run_reaction(GREET, NOON)
    assert ran == 60
    assert greeted() == event_ids()


def test_actions_of_a_reaction_are_part_of_its_transaction(home: Path) -> None:
    member = Member.objects.create(first_seen_at=NOON, created_at=NOON)

    def tag_then_fail(event: StreamEvent, now: datetime) -> None:
        from qunying.kernel.actors import system

        tag_member(command_id=str(new_id()), actor=system("test"), now=now, member_id=member.id, tag="waver")
        if event.properties.get("hand") == "left":
            raise RuntimeError

    tagging = Reaction("stream.tag_then_fail", ("hand_waved",), HOUR, tag_then_fail)
    run_reaction(tagging, NOON)
    make_event(properties={"hand": "left"})
    run_reaction(tagging, NOON)
    assert not Tag.objects.exists()
    make_event(properties={"hand": "right"})
    run_reaction(tagging, NOON)
    assert Tag.objects.get().name == "waver"


def test_failure_is_tried_again_and_stops_nobody_else(home: Path) -> None:
    moody = {"left": True}

    def moody_greet(event: StreamEvent, now: datetime) -> None:
        if moody["left"] and event.properties.get("hand") == "left":
            raise RuntimeError("not now")
        greet(event, now)

    declared = Reaction("stream.moody", ("hand_waved",), timedelta(days=1), moody_greet)
    run_reaction(declared, NOON)
    bad, good = make_event(properties={"hand": "left"}), make_event()
    assert run_reaction(declared, NOON) == 2
    assert greeted() == [str(good.id)]
    run = ReactionRun.objects.get(reaction="stream.moody", event_id=bad.id)
    assert (run.failure, run.attempts, run.retry_at) == ("RuntimeError", 1, NOON + timedelta(minutes=1))
    assert run_reaction(declared, NOON) == 0
    run_reaction(declared, NOON + timedelta(minutes=2))
    moody["left"] = False
    assert run_reaction(declared, NOON + timedelta(minutes=10)) == 1
    assert greeted() == sorted([str(good.id), str(bad.id)])
    run = ReactionRun.objects.get(reaction="stream.moody", event_id=bad.id)
    assert (run.failure, run.attempts, run.retry_at) == ("", 3, None)


def test_failure_is_given_up_in_the_end_and_a_refusal_at_once(home: Path) -> None:
    def never(event: StreamEvent, now: datetime) -> None:
        if event.properties.get("hand") == "left":
            raise WaveRefused
        raise RuntimeError

    declared = Reaction("stream.never", ("hand_waved",), timedelta(days=1), never)
    run_reaction(declared, NOON)
    refused, crashing = make_event(properties={"hand": "left"}), make_event()
    for hours in range(6):
        run_reaction(declared, NOON + timedelta(hours=3 * hours))
    runs = {run.event_id: run for run in ReactionRun.objects.filter(reaction="stream.never")}
    assert (runs[refused.id].failure, runs[refused.id].attempts, runs[refused.id].retry_at) == (
        "wave_refused",
        1,
        None,
    )
    assert (runs[crashing.id].failure, runs[crashing.id].attempts, runs[crashing.id].retry_at) == (
        "RuntimeError",
        5,
        None,
    )


def test_worker_is_woken_after_the_commit_and_once(home: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")  # the test runner empties only tables of ours
    with transaction.atomic():
        record(NewEvent(type=WAVED, occurred_at=NOON, received_at=NOON))
        assert not ProcrastinateJob.objects.exists()
    make_event()
    make_event(backfill=True)
    assert ProcrastinateJob.objects.filter(task_name="stream.react").count() == 1


def test_declaring() -> None:
    @reaction("hand_waved", "hand_raised", max_age=HOUR)
    def wave_back(event: StreamEvent, now: datetime) -> None:
        """Nothing."""

    assert react.registry["stream.wave_back"].names == ("hand_waved", "hand_raised")
    assert react.has_reaction("hand_raised")
    with pytest.raises(ValueError, match="maximum age"):
        reaction("hand_waved", max_age=timedelta())
