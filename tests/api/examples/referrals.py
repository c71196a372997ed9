"""Requests about invitations and what is held for review."""

from typing import Any

from qunying.kernel import clock
from qunying.ledger.tests.make import run
from qunying.members.tests.make import make_member
from qunying.referrals.actions.make_code import make_code
from qunying.referrals.models import Bond
from qunying.referrals.tests.make import bring, make_programme, order
from qunying.referrals.tests.test_shares import make_share
from qunying.vetting.actions.appeal_case import appeal_case
from qunying.vetting.actions.decide_case import decide_case
from qunying.vetting.models import Case
from tests.api.examples import Example, example

PROMISE = {"name": "Bring a friend", "inviter_points": 100}


def _programme(**changes: Any) -> dict[str, object]:
    return {"programme_id": make_programme(now=clock.now(), **changes).id}


def _bond() -> Bond:
    make_programme(now=clock.now())
    return bring(make_member().id, make_member(now=clock.now()).id, now=clock.now())


def _case() -> Case:
    make_programme(now=clock.now())
    inviter, device = make_member().id, "a" * 32
    bonds = [
        bring(inviter, make_member(now=clock.now()).id, now=clock.now(), device=device) for _ in range(2)
    ]
    order(bonds[0], now=clock.now())
    return Case.objects.get()


@example("referrals.list_programmes")
def list_programmes() -> Example:
    _programme()
    return Example()


@example("referrals.write_programme")
def write_programme() -> Example:
    return Example(body=PROMISE, other={**PROMISE, "inviter_points": 200})


@example("referrals.open_programme")
def open_programme() -> Example:
    return Example(path=_programme(opened=False))


@example("referrals.close_programme")
def close_programme() -> Example:
    return Example(path=_programme())


@example("referrals.make_code")
def code() -> Example:
    first, second = (str(make_member().id) for _ in range(2))
    return Example(body={"member_id": first}, other={"member_id": second})


@example("referrals.accept_invitation")
def accept_invitation() -> Example:
    make_programme(now=clock.now())
    body = {
        "member_id": str(make_member(now=clock.now()).id),
        "code": run(make_code, member_id=make_member().id),
        "address": "198.51.100.7",
    }
    return Example(body=body, other={**body, "address": ""})


@example("referrals.list_invitations")
def list_invitations() -> Example:
    _bond()
    return Example(query={"state": "waiting"})


@example("referrals.get_tree")
def get_tree() -> Example:
    return Example(path={"member_id": _bond().inviter_id})


@example("vetting.note_mark")
def note_mark() -> Example:
    body = {"member_id": str(make_member().id), "mark_kind": "address", "value": "1 Lake Road"}
    return Example(body=body, other={**body, "value": "2 Lake Road"})


@example("vetting.list_cases")
def list_cases() -> Example:
    _case()
    return Example(query={"state": "waiting"})


@example("vetting.decide_case")
def decide() -> Example:
    return Example(path={"case_id": _case().id}, body={"release": True}, other={"release": False})


@example("vetting.judge_appeal")
def judge_appeal() -> Example:
    case = _case()
    run(decide_case, case_id=case.id, release=False, explanation="One device.")
    run(appeal_case, case_id=case.id, member_id=case.member_id, text="We share it.")
    body = {"uphold": True, "answer": "Right."}
    return Example(path={"case_id": case.id}, body=body, other={**body, "uphold": False})


SHARE = {"name": "Our story", "path": "/m/activities/", "points": 5, "per_day": 10}


@example("referrals.list_share_offers")
def list_share_offers() -> Example:
    make_share()
    return Example()


@example("referrals.write_share_offer")
def write_share_offer() -> Example:
    return Example(body=SHARE, other={**SHARE, "points": 6})


@example("referrals.open_share_offer")
def open_share_offer() -> Example:
    return Example(path={"offer_id": make_share(opened=False)})


@example("referrals.close_share_offer")
def close_share_offer() -> Example:
    return Example(path={"offer_id": make_share()})


@example("referrals.make_share_link")
def make_share_link() -> Example:
    first, second = (str(make_member().id) for _ in range(2))
    return Example(path={"offer_id": make_share()}, body={"member_id": first}, other={"member_id": second})
