"""Claiming the coupons of one offer at the same time, one by one and together, as an action and over HTTP, beside the bare guarded UPDATE with a
row for each claim.
"""

import json
import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import batched
from uuid import UUID, uuid4

import psycopg

from bench.comparing import Comparison, Way, compare
from bench.installation import Installation

CLAIMS = 2_000
CLAIMS_TOGETHER = 10_000
CLAIMANTS = 4
CROWD = 64
TOGETHER = 500
PLAIN = """
    CREATE TABLE plain_offer (id int PRIMARY KEY, total int NOT NULL, taken int NOT NULL, CHECK (taken <= total));
    CREATE TABLE plain_claim (offer int NOT NULL REFERENCES plain_offer, member uuid NOT NULL, serial int NOT NULL,
        claimed_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (offer, member), UNIQUE (offer, serial));
"""
TAKE = "UPDATE plain_offer SET taken = taken + 1 WHERE id = 1 AND taken < total RETURNING taken"


def measure(place: Installation, divisor: int) -> Iterator[Comparison]:
    """Measure claims of different members for one offer that has enough for all."""
    with place.fresh_database() as url:
        members = _members(CLAIMS_TOGETHER // divisor)

        def beside(
            name: str,
            work: Callable[[UUID, list[UUID]], None],
            *,
            claims: int = CLAIMS // divisor,
            crowd: int = CLAIMANTS,
        ) -> Comparison:
            some = members[:claims]

            @contextmanager
            def open_offer() -> Iterator[UUID]:
                from qunying.kernel import clock
                from qunying.rewards.tests.make import make_template

                yield make_template(total=claims, now=clock.now())

            @contextmanager
            def plain_offer() -> Iterator[None]:
                with psycopg.connect(url) as connection:
                    connection.execute("DROP TABLE IF EXISTS plain_claim, plain_offer")
                    connection.execute(PLAIN)
                    connection.execute("INSERT INTO plain_offer VALUES (1, %s, 0)", [claims])
                yield

            return compare(
                f"claims, {name}",
                unit="claims",
                amount=claims,
                ours=Way(lambda template: work(template, some), open_offer),
                reference=Way(lambda _place: _take(url, some, crowd), plain_offer),
                reference_name="guarded UPDATE + claim row",
            )

        yield beside(f"{CLAIMANTS} at a time", _claim)
        yield beside(f"{TOGETHER} together", _claim_together, claims=len(members))
        secret = _secret()
        with place.server(url) as (host, port):
            _post(host, port, secret, _warm_up(), _members(50))
            yield beside(f"HTTP, {CLAIMANTS} at a time", partial(_post, host, port, secret))
            yield beside(
                f"HTTP, {CROWD} at a time", partial(_post, host, port, secret, crowd=CROWD), crowd=CROWD
            )
            yield beside(
                f"HTTP, {TOGETHER} together", partial(_post_together, host, port, secret), claims=len(members)
            )


def _members(count: int) -> list[UUID]:
    """Members with nothing but an id."""
    from qunying.kernel import clock
    from qunying.members.models import Member

    now = clock.now()
    made = Member.objects.bulk_create(Member(first_seen_at=now, created_at=now) for _number in range(count))
    return [member.id for member in made]


def _side_by_side(work: Callable[[list[UUID]], None], members: list[UUID], crowd: int = CLAIMANTS) -> None:
    with ThreadPoolExecutor(crowd) as claimants:
        for _done in claimants.map(work, [members[first::crowd] for first in range(crowd)]):
            pass


def _claim(template_id: UUID, members: list[UUID]) -> None:
    from django.db import connection

    from qunying.kernel import actors, clock
    from qunying.rewards.actions.claim_coupon import claim_coupon

    def claim(some: list[UUID]) -> None:
        try:
            for member_id in some:
                claim_coupon(
                    command_id=str(uuid4()),
                    actor=actors.system("bench"),
                    now=clock.now(),
                    template_id=template_id,
                    member_id=member_id,
                )
        finally:
            connection.close()

    _side_by_side(claim, members)


def _claim_together(template_id: UUID, members: list[UUID]) -> None:
    from django.db import connection

    from qunying.kernel import actors, clock
    from qunying.kernel.batches import Asked
    from qunying.kernel.problems import Problem
    from qunying.rewards.claiming_together import claim_together

    def claim(some: list[UUID]) -> None:
        try:
            for batch in batched(some, TOGETHER):
                asked = [
                    Asked(
                        str(uuid4()),
                        actors.system("bench"),
                        {"template_id": template_id, "member_id": member},
                    )
                    for member in batch
                ]
                refused = [one for one in claim_together(asked, clock.now()) if isinstance(one, Problem)]
                assert not refused, refused[0]
        finally:
            connection.close()

    _side_by_side(claim, members)


def _secret() -> str:
    """The secret of a key that may claim for members."""
    from qunying.accounts.tests.make import make_secret

    return make_secret("rewards.claim_coupon")


def _warm_up() -> UUID:
    """An offer that only wakes the server's workers."""
    from qunying.kernel import clock
    from qunying.rewards.tests.make import make_template

    return make_template(total=50, now=clock.now())


def _post(
    host: str, port: int, secret: str, template_id: UUID, members: list[UUID], crowd: int = CLAIMANTS
) -> None:
    """Claim over HTTP, one claim a request."""
    offer = str(template_id)
    _send(
        members,
        lambda some: [{"template_id": offer, "member_id": str(member)} for member in some],
        (host, port, secret, "claims"),
        crowd,
    )


def _post_together(host: str, port: int, secret: str, template_id: UUID, members: list[UUID]) -> None:
    """Claim over HTTP, many claims a request."""
    offer = str(template_id)

    def bodies(some: list[UUID]) -> Iterator[dict[str, object]]:
        for batch in batched(some, TOGETHER):
            claims = [
                {"command_id": str(uuid4()), "template_id": offer, "member_id": str(one)} for one in batch
            ]
            yield {"claims": claims}

    _send(members, bodies, (host, port, secret, "claims/batch"))


def _send(
    members: list[UUID],
    bodies_of: Callable[[list[UUID]], Iterable[dict[str, object]]],
    where: tuple[str, int, str, str],
    crowd: int = CLAIMANTS,
) -> None:
    """Send requests, each claimant on one connection; the standard client would take as long as the server."""
    host, port, secret, path = where

    def claim(some: list[UUID]) -> None:
        with socket.create_connection((host, port)) as connection, connection.makefile("rb") as answers:
            for content in bodies_of(some):
                body = json.dumps(content)
                connection.sendall(
                    f"POST /api/v1/coupons/{path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
                    f"Authorization: Bearer {secret}\r\nIdempotency-Key: {uuid4()}\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
                )
                status, length = answers.readline(), 0
                while (line := answers.readline()) != b"\r\n":
                    if line.lower().startswith(b"content-length:"):
                        length = int(line[15:])
                answer = answers.read(length)
                assert b" 20" in status, (status, answer)
                assert answer.count(b'"problem": null') == answer.count(b'"problem"'), answer[:500]

    _side_by_side(claim, members, crowd)


def _take(url: str, members: list[UUID], crowd: int = CLAIMANTS) -> None:
    def take(some: list[UUID]) -> None:
        with psycopg.connect(url) as connection:
            for member_id in some:
                with connection.transaction():
                    row = connection.execute(TAKE).fetchone()
                    assert row is not None
                    connection.execute(
                        "INSERT INTO plain_claim (offer, member, serial) VALUES (1, %s, %s)",
                        [member_id, row[0]],
                    )

    _side_by_side(take, members, crowd)
