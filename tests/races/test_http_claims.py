"""The flash sale: many more claims than coupons, over HTTP, from many processes, at once."""

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
from django.db import connection

from qunying.accounts.tests.make import make_secret
from qunying.kernel import clock
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.list_pools import list_levels
from qunying.members.models import Member
from qunying.rewards.models import Coupon
from qunying.rewards.queries.get_template import get_template
from qunying.rewards.tests.make import make_budget, make_template
from tests.live.site import Site, running_site
from tests.races import claimant

PATIENCE = 120


@dataclass(frozen=True)
class Answer:
    """What came of one claim: status, problem code or nothing, serial or nothing, and how long it took."""

    status: int
    code: str
    serial: int
    seconds: float


@dataclass(frozen=True)
class Sale:
    """What came of a flash sale, seen by the clients and found in the book."""

    answers: list[Answer]
    serials_in_book: list[int]
    issued: int
    breaks: list[str]
    seconds: float

    @property
    def winners(self) -> list[int]:
        return sorted(answer.serial for answer in self.answers if answer.status == 201)

    def percentile(self, share: float) -> float:
        """Return the time below which a share of the answers came."""
        times = sorted(answer.seconds for answer in self.answers)
        return times[min(len(times) - 1, int(len(times) * share))]


def faults(sale: Sale, *, claims: int, coupons: int) -> list[str]:
    """Say everything that is wrong with a sale; the checker of both the test and its twin."""
    wanted = list(range(1, coupons + 1))
    found = []
    if sale.winners != wanted:
        found.append(
            f"{len(sale.winners)} winners, {len(set(sale.winners))} different serials, not {coupons}"
        )
    if sale.serials_in_book != wanted or sale.issued != coupons:
        found.append(f"{len(sale.serials_in_book)} coupons in the book, {sale.issued} issued, not {coupons}")
    losers = Counter((answer.status, answer.code) for answer in sale.answers if answer.status != 201)
    if losers != {(409, "coupon_sold_out"): claims - coupons}:
        found.append(f"answers: {losers}")
    return found + sale.breaks


def run_sale(
    blocker: pytest_django.DjangoDbBlocker,
    *,
    claims: int,
    coupons: int,
    processes: int,
    without_serials: bool = False,
) -> Sale:
    """Run a flash sale on a site of its own: each member claims once, all at once."""
    with running_site(blocker, web_workers=2) as site:
        with site.inside():
            secret, template, campaign, members = _prepare(claims, coupons, without_serials=without_serials)
        started = time.monotonic()
        answers = _claim_all(site, secret, template, campaign, members, processes)
        seconds = time.monotonic() - started
        with site.inside():
            serials = sorted(Coupon.objects.filter(template_id=template).values_list("serial", flat=True))
            pool = get_template(template).pool_id
            assert pool is not None
            breaks = [f"{found.check}: {found.text}" for found in audit()]
            return Sale(answers, serials, list_levels([pool])[pool].issued, breaks, seconds)


def _prepare(claims: int, coupons: int, *, without_serials: bool) -> tuple[str, UUID, UUID, list[UUID]]:
    now = clock.now()
    if without_serials:  # the last line of defence, so that it is the guard that is missing and nothing else
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX coupon_serial_once")
    members = [Member(first_seen_at=now, created_at=now) for _ in range(claims)]
    Member.objects.bulk_create(members)
    campaign = make_budget(1_000 * claims, now=now)
    template = make_template(total=coupons, now=now)
    return make_secret("rewards.claim_coupon"), template, campaign, [member.id for member in members]


def _claim_all(
    site: Site, secret: str, template: UUID, campaign: UUID, members: list[UUID], processes: int
) -> list[Answer]:
    order = {
        "address": urlsplit(site.address).netloc,
        "path": "/api/v1/coupons/claims",
        "secret": secret,
        "body": {"template_id": str(template), "campaign_id": str(campaign)},
    }
    clients = [_client() for _ in range(processes)]
    try:
        for number, client in enumerate(clients):
            share = [str(member) for member in members[number::processes]]
            _tell(client, json.dumps({**order, "members": share}))
        assert all(client.stdout and client.stdout.readline() == "ready\n" for client in clients)
        for client in clients:
            _tell(client, "go")
        texts = [client.communicate(timeout=PATIENCE)[0] for client in clients]
    finally:
        for client in clients:
            client.kill()
    answers = [Answer(*row) for text in texts for row in json.loads(text or "[]")]
    assert len(answers) == len(members), site.output()[-2000:]
    return answers


def _client() -> "subprocess.Popen[str]":
    command = [sys.executable, "-I", "-S", claimant.__file__]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _tell(client: "subprocess.Popen[str]", line: str) -> None:
    assert client.stdin
    client.stdin.write(line + "\n")
    client.stdin.flush()


def _speed(sale: Sale) -> str:
    rate = len(sale.answers) / sale.seconds
    return f"{rate:.0f} claims/s, p50 {sale.percentile(0.5):.3f} s, p99 {sale.percentile(0.99):.3f} s"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("claims", "coupons", "processes"),
    [(600, 300, 6), pytest.param(2_000, 1_000, 16, marks=pytest.mark.full)],
)
def test_exactly_the_coupons_there_are_are_given_out(
    django_db_blocker: pytest_django.DjangoDbBlocker, claims: int, coupons: int, processes: int
) -> None:
    sale = run_sale(django_db_blocker, claims=claims, coupons=coupons, processes=processes)
    sys.stdout.write(_speed(sale))  # shown with -s, and when the test fails
    assert faults(sale, claims=claims, coupons=coupons) == []


@pytest.mark.django_db(transaction=True)
def test_more_than_there_are_are_given_out_without_the_guard(
    django_db_blocker: pytest_django.DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUNYING_FAILPOINTS", "ledger.pool_guard=off;ledger.pool_checked=sleep:0.02")
    sale = run_sale(django_db_blocker, claims=150, coupons=30, processes=8, without_serials=True)
    assert len(sale.winners) > 30
    assert faults(sale, claims=150, coupons=30) != []
