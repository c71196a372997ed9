"""The flash sale of activities: many more members than units, over HTTP, from many processes, at once."""

import json
import subprocess
import sys
import time
from collections import Counter
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import pytest_django

from qunying.accounts.tests.make import make_secret
from qunying.activities.models import RightUnit
from qunying.activities.stock import levels_of
from qunying.activities.tests.make import goods, make_activity
from qunying.kernel import clock
from qunying.ledger.queries.audit import audit
from qunying.members.models import Member
from tests.live.site import Site, running_site
from tests.races import claimant

PATIENCE = 300
TIMES, UNITS = 2_000, 1_000


def _ask(site: Site, path: str, secret: str, members: list[UUID], processes: int) -> list[list[object]]:
    """Let every member ask once, from several processes at once; return status, code, serial and seconds of each."""
    order = {"address": urlsplit(site.address).netloc, "path": path, "secret": secret, "body": {}}
    command = [sys.executable, "-I", "-S", claimant.__file__]
    clients = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    try:
        for number, client in enumerate(clients):
            share = [str(member) for member in members[number::processes]]
            _tell(client, json.dumps({**order, "members": share}))
        assert all(client.stdout and client.stdout.readline() == "ready\n" for client in clients)
        for client in clients:
            _tell(client, "go")
        return [row for client in clients for row in json.loads(client.communicate(timeout=PATIENCE)[0])]
    finally:
        for client in clients:
            client.kill()


def _tell(client: "subprocess.Popen[str]", line: str) -> None:
    assert client.stdin
    client.stdin.write(line + "\n")
    client.stdin.flush()


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_a_thousand_units_go_to_a_thousand_members(
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> None:
    with running_site(django_db_blocker, web_workers=2) as site:
        with site.inside():
            now = clock.now()
            members = [Member(first_seen_at=now, created_at=now) for _ in range(TIMES)]
            Member.objects.bulk_create(members)
            sale = make_activity("flash_sale", now=now, settings={"lines": [goods(units=UNITS)]})
            secret = make_secret("activities.take_part")
        started = time.monotonic()
        path = f"/api/v1/activities/{sale.id}/parts"
        answers = _ask(site, path, secret, [member.id for member in members], processes=16)
        seconds = time.monotonic() - started
        slowest = sorted(float(str(row[3])) for row in answers)[int(len(answers) * 0.99)]
        sys.stdout.write(f"{TIMES / seconds:.0f} asked/s, p99 {slowest:.3f} s")  # shown with -s
        assert Counter((row[0], row[1]) for row in answers) == {
            (200, ""): UNITS,
            (409, "nothing_left"): TIMES - UNITS,
        }
        with site.inside():
            serials = RightUnit.objects.order_by("serial").values_list("serial", flat=True)
            assert list(serials) == list(range(1, UNITS + 1))
            assert levels_of(sale)["unit_1"].left == 0
            assert audit() == []
