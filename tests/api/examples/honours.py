"""Requests about badges and leaderboards."""

from uuid import UUID

from qunying.honours.actions.give_badge import give_badge as give
from qunying.honours.actions.write_badge import write_badge as write
from qunying.kernel import clock
from qunying.ledger.tests.make import run
from qunying.members.tests.make import make_member
from tests.api.examples import Example, example

BADGE = {"name": "Kind", "sign": "♥"}


def _badge() -> UUID:
    return UUID(str(run(write, now=clock.now(), **BADGE)))


def _honoured() -> dict[str, UUID]:
    badge, member = _badge(), make_member().id
    run(give, now=clock.now(), badge_id=badge, member_id=member, reason="Thanks")
    return {"badge_id": badge, "member_id": member}


@example("honours.list_badges")
def list_badges() -> Example:
    _badge()
    return Example()


@example("honours.write_badge")
def write_badge() -> Example:
    return Example(body=BADGE, other={**BADGE, "sign": "★"})


@example("honours.retire_badge")
def retire_badge() -> Example:
    return Example(path={"badge_id": _badge()})


@example("honours.give_badge")
def give_badge() -> Example:
    body = {"member_id": str(make_member().id), "reason": "Thanks"}
    return Example(path={"badge_id": _badge()}, body=body, other={**body, "reason": "Other"})


@example("honours.revoke_badge")
def revoke_badge() -> Example:
    made = _honoured()
    body = {"member_id": str(made["member_id"]), "reason": "Copied"}
    return Example(path={"badge_id": made["badge_id"]}, body=body, other={**body, "reason": "Other"})


@example("honours.list_held")
def list_held() -> Example:
    return Example(path={"member_id": _honoured()["member_id"]})


@example("honours.choose_ranking")
def choose_ranking() -> Example:
    return Example(path={"member_id": make_member().id}, body={"is_shown": False}, other={"is_shown": True})


@example("honours.get_leaderboard")
def get_leaderboard() -> Example:
    return Example(query={"period": "week"})


@example("honours.get_formula")
def get_formula() -> Example:
    return Example()


@example("honours.change_formula")
def change_formula() -> Example:
    body = {"weights": {"posts": {"points": 5, "per_day": 3}}}
    return Example(body=body, other={"weights": {}})


@example("honours.refresh_honours")
def refresh_honours() -> Example:
    return Example()
