"""The processes of the API are killed with -9 under claims: what was answered stays, and asking again with the same key
changes nothing.
"""

import contextlib
import http.client
import itertools
import json
import random
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import psutil
import pytest
import pytest_django

from qunying.accounts.tests.make import make_secret
from qunying.kernel import clock
from qunying.kernel.models import Command
from qunying.ledger.queries.audit import audit
from qunying.members.models import Member
from qunying.rewards.models import Coupon
from qunying.rewards.tests.make import make_template
from tests.live.site import Site, running_site

CLIENTS, MEMBERS, EACH = 6, 200, 1_000
PATIENCE_SECONDS = 120
BREATH_SECONDS = 0.01
BETWEEN_KILLS_SECONDS = 0.3
ANSWERS_BETWEEN_KILLS = 10

type Answer = tuple[int, bytes]


@dataclass
class Claims:
    """Clients that claim one after another, each again with the same key until it is answered."""

    address: str
    secret: str
    template: UUID
    members: list[UUID]
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    stopped: threading.Event = field(default_factory=threading.Event)
    answered: dict[str, Answer] = field(default_factory=dict)
    broken_at: dict[str, datetime] = field(default_factory=dict)

    def body(self, key: str) -> dict[str, str]:
        """What is asked under a key."""
        number = int(key.removeprefix("claim-"))
        return {
            "template_id": str(self.template),
            "member_id": str(self.members[number % len(self.members)]),
        }

    def ask(self, key: str, server: http.client.HTTPConnection) -> Answer:
        """Ask until there is an answer, and note when the first try broke off."""
        headers = {
            "Authorization": f"Bearer {self.secret}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                server.request("POST", "/api/v1/coupons/claims", json.dumps(self.body(key)), headers)
                response = server.getresponse()
                return response.status, response.read()
            except (OSError, http.client.HTTPException):
                self.broken_at.setdefault(key, clock.now())
                server.close()
                time.sleep(BREATH_SECONDS)
        raise TimeoutError(key)

    def claim_on(self) -> None:
        """Be one client until all are told to stop."""
        with contextlib.closing(http.client.HTTPConnection(self.address, timeout=PATIENCE_SECONDS)) as server:
            while not self.stopped.is_set():
                key = f"claim-{next(self.numbers)}"
                self.answered[key] = self.ask(key, server)
                time.sleep(BREATH_SECONDS)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Let all clients claim."""
        threads = [threading.Thread(target=self.claim_on) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopped.set()
            for thread in threads:
                thread.join(PATIENCE_SECONDS)


def _workers(site: Site) -> list[psutil.Process]:
    """The processes that answer, the oldest first: the children of the server, which hangs on its leash."""
    (server,) = psutil.Process(site.children[0].pid).children()
    found = []
    for process in server.children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return sorted(found, key=lambda process: process.create_time())


def _kill(site: Site, claims: Claims, kills: int) -> None:
    """Kill the process that has lived longest, again and again, each time after some more answers."""
    moments = random.Random(kills)
    for _ in range(kills):
        enough = len(claims.answered) + ANSWERS_BETWEEN_KILLS
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(claims.answered) < enough or len(_workers(site)) < 2:
            assert time.monotonic() < deadline, site.output()[-2000:]
            time.sleep(BREATH_SECONDS)
        time.sleep(moments.uniform(0, BETWEEN_KILLS_SECONDS))
        _workers(site)[0].kill()


def _prepare(site: Site) -> Claims:
    now = clock.now()
    members = [Member(first_seen_at=now, created_at=now) for _ in range(MEMBERS)]
    Member.objects.bulk_create(members)
    template = make_template(total=MEMBERS * EACH, per_member=EACH, now=now)
    secret = make_secret("rewards.claim_coupon")
    return Claims(urlsplit(site.address).netloc, secret, template, [member.id for member in members])


def _check(claims: Claims) -> int:
    """Hold answers against what is stored; return how many claims were done though their first try broke off."""
    answered = {key: json.loads(body) for key, (_status, body) in claims.answered.items()}
    assert {status for status, _body in claims.answered.values()} == {201}
    stored = {row.command_id: row for row in Command.objects.filter(action="rewards.claim_coupon")}
    assert set(stored) == set(answered)
    coupons = {str(key): serial for key, serial in Coupon.objects.values_list("id", "serial")}
    assert coupons == {claimed["coupon_id"]: claimed["serial"] for claimed in answered.values()}
    assert sorted(coupons.values()) == list(range(1, len(answered) + 1))
    assert audit() == []
    return sum(stored[key].created_at < moment for key, moment in claims.broken_at.items())


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kills", [200])
def test_nothing_answered_is_lost_when_the_api_is_killed(
    django_db_blocker: pytest_django.DjangoDbBlocker, kills: int
) -> None:
    with running_site(django_db_blocker, web_workers=2) as site:
        with site.inside():
            claims = _prepare(site)
        with claims.running():
            _kill(site, claims, kills)
        with site.inside():
            done_unanswered = _check(claims)
        with contextlib.closing(
            http.client.HTTPConnection(claims.address, timeout=PATIENCE_SECONDS)
        ) as server:
            for key in [*claims.broken_at, *list(claims.answered)[:200]]:
                assert claims.ask(key, server) == claims.answered[key]
        with site.inside():
            assert Coupon.objects.count() == len(claims.answered)
    sys.stdout.write(f"{len(claims.answered)} claims, {len(claims.broken_at)} broken off")  # shown with -s
    sys.stdout.write(f", of which {done_unanswered} had been done")
    assert claims.broken_at
    if kills >= 100:
        assert done_unanswered > 0  # or the moment that matters was never met
