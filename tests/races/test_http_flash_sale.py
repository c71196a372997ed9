"""A rush of members for few units or shares, over HTTP, from many processes, at once."""

import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import pytest_django
from django.db.models import Sum

from qunying.accounts.tests.make import make_secret
from qunying.activities.models import Activity, Award, Participation, RightUnit
from qunying.activities.stock import levels_of
from qunying.activities.tests.make import goods, make_activity
from qunying.kernel import clock
from qunying.ledger.queries.audit import audit
from qunying.members.models import Member
from tests.live.site import Site, running_site
from tests.races import claimant

PATIENCE = 300
TIMES, UNITS, CLIENTS = 2_000, 1_000, 16
DRAINED_WITHIN, PER_SECOND, SLOWEST = 10.0, 200, 0.5


@dataclass(frozen=True)
class Answers:
    """What the clients were told, how long all of it took, and the slowest but one of a hundred, in seconds."""

    told: Counter[tuple[object, object]]
    seconds: float
    slowest: float


def _ask(site: Site, activity: Activity, members: list[UUID], *, per_second: int = 0) -> Answers:
    """Let every member ask once, from several processes: all at once, or so many per second."""
    with site.inside():
        secret = make_secret("activities.take_part")
    order = {
        "address": urlsplit(site.address).netloc,
        "path": f"/api/v1/activities/{activity.id}/parts",
        "secret": secret,
        "body": {},
        "every": CLIENTS / per_second if per_second else 0,
    }
    command = [sys.executable, "-I", "-S", claimant.__file__]
    clients = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(CLIENTS)
    ]
    try:
        for number, client in enumerate(clients):
            share = [str(member) for member in members[number::CLIENTS]]
            _tell(client, json.dumps({**order, "members": share}))
        assert all(client.stdout and client.stdout.readline() == "ready\n" for client in clients)
        started = time.monotonic()
        for client in clients:
            _tell(client, "go")
        rows = [row for client in clients for row in json.loads(client.communicate(timeout=PATIENCE)[0])]
    finally:
        for client in clients:
            client.kill()
    slowest = sorted(float(row[3]) for row in rows)[int(len(rows) * 0.99)]
    return Answers(Counter((row[0], row[1]) for row in rows), time.monotonic() - started, slowest)


def _tell(client: "subprocess.Popen[str]", line: str) -> None:
    assert client.stdin
    client.stdin.write(line + "\n")
    client.stdin.flush()


def _members(count: int) -> list[UUID]:
    now = clock.now()
    members = [Member(first_seen_at=now, created_at=now) for _ in range(count)]
    Member.objects.bulk_create(members)
    return [member.id for member in members]


def _rush(kind: str) -> Activity:
    packet = {"total_minor": 200 * UNITS, "shares": UNITS}
    settings = packet if kind == "red_packet" else {"lines": [goods(units=UNITS)]}
    return make_activity(kind, now=clock.now(), settings=settings)


@pytest.mark.full
@pytest.mark.timed
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["flash_sale", "red_packet"])
def test_a_thousand_units_go_to_a_thousand_members(
    django_db_blocker: pytest_django.DjangoDbBlocker, kind: str
) -> None:
    with running_site(django_db_blocker, web_workers=None, web_threads=None) as site:
        with site.inside():
            activity, members = _rush(kind), _members(TIMES)
        answers = _ask(site, activity, members)
        rate = f"{TIMES / answers.seconds:.0f} asked/s, p99 {answers.slowest:.3f} s"
        sys.stdout.write(rate)  # shown with -s
        assert answers.told == {(200, ""): UNITS, (409, "nothing_left"): TIMES - UNITS}
        assert answers.seconds <= DRAINED_WITHIN, rate
        with site.inside():
            rows = RightUnit.objects if kind == "flash_sale" else Participation.objects
            serials = rows.order_by("serial").values_list("serial", flat=True)
            assert list(serials) == list(range(1, UNITS + 1))
            paid = Award.objects.aggregate(paid=Sum("amount"))["paid"]
            assert paid == (None if kind == "flash_sale" else 200 * UNITS)
            assert {level.left for level in levels_of(activity).values()} == {0}
            assert audit() == []


@pytest.mark.full
@pytest.mark.timed
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["flash_sale", "red_packet"])
def test_at_two_hundred_a_second_nobody_waits_long(
    django_db_blocker: pytest_django.DjangoDbBlocker, kind: str
) -> None:
    with running_site(django_db_blocker, web_workers=None, web_threads=None) as site:
        with site.inside():
            activity, members = _rush(kind), _members(UNITS)
        answers = _ask(site, activity, members, per_second=PER_SECOND)
        sys.stdout.write(f"p99 {answers.slowest:.3f} s")
        assert answers.told == {(200, ""): UNITS}
        assert answers.slowest <= SLOWEST
