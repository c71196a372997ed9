"""What each role may give in a day: counted per person with their programs, exact, changed on a page."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from qunying.accounts.actions.change_allowances import (
    AllowanceOutOfRange,
    RoleAllowance,
    change_allowances,
)
from qunying.accounts.actions.create_key import make_key
from qunying.accounts.actions.take_allowance import AllowanceExceeded, take_allowance
from qunying.accounts.allowances import Given, allowance_of
from qunying.accounts.models import AllowanceUse
from qunying.accounts.queries.authenticate_key import find_key_actor
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_staff
from qunying.kernel import clock
from qunying.kernel.actors import member_actor, system

pytestmark = pytest.mark.django_db
NOW = clock.now()


def _run(action: Any, actor: Any, **arguments: Any) -> Any:
    now = arguments.pop("now", NOW)
    return action(command_id=str(uuid4()), actor=actor, now=now, **arguments)


def _take(actor: Any, amount: int, given: Given = Given.POINTS, **more: Any) -> None:
    # Its callers hold the permission; nobody calls it by itself.
    entitled = type(actor)(actor.kind, actor.id, frozenset({"accounts.take_allowance"}))
    _run(take_allowance, entitled, given=given, amount=amount, **more)


def _set(role: Role, given: Given, per_day: int | None) -> None:
    _run(change_allowances, system("test"), allowances=[RoleAllowance(role, given, per_day)])


def test_a_person_gives_up_to_the_limit_and_no_more_that_day() -> None:
    _set(Role.OPERATOR, Given.POINTS, 100)
    ann, bob = make_staff(Role.OPERATOR).actor, make_staff(Role.OPERATOR).actor
    _take(ann, 60)
    with pytest.raises(AllowanceExceeded) as refused:
        _take(ann, 41)
    assert (refused.value.fields["limit"], refused.value.fields["left"]) == (100, 40)
    _take(ann, 40)
    with pytest.raises(AllowanceExceeded):
        _take(ann, 1)
    _take(bob, 100)
    _take(ann, 100, now=NOW + timedelta(days=1))
    with pytest.raises(AllowanceExceeded):
        _take(bob, 101, now=NOW + timedelta(days=1))


def test_a_program_counts_as_who_made_its_key() -> None:
    _set(Role.MANAGER, Given.COUPONS, 10)
    owner, person = make_staff(Role.OWNER), make_staff(Role.MANAGER)
    _created, secret = make_key(
        command_id=str(uuid4()), actor=person.actor, now=NOW, name="shop", scopes=["rewards.*"]
    ) if person.actor.may("accounts.create_key") else (None, "")  # fmt: skip
    if secret:
        key = find_key_actor(secret)
        assert key is not None
        _take(key, 6, Given.COUPONS)
        with pytest.raises(AllowanceExceeded):
            _take(person.actor, 5, Given.COUPONS)
    _created, secret = make_key(
        command_id=str(uuid4()), actor=owner.actor, now=NOW, name="own", scopes=["rewards.*"]
    )
    key = find_key_actor(secret)
    assert key is not None
    _take(key, 10_000_000, Given.COUPONS)  # an owner has no limit
    _set(Role.OWNER, Given.COUPONS, 5)
    _take(key, 3, Given.COUPONS)
    with pytest.raises(AllowanceExceeded):
        _take(owner.actor, 3, Given.COUPONS)


def test_members_and_the_installation_are_not_counted() -> None:
    for actor in (system("sweep"), member_actor(uuid4())):
        _take(actor, 10**9)
    assert not AllowanceUse.objects.exists()


def test_a_role_without_a_line_gives_nothing_until_it_gets_one() -> None:
    person = make_staff(Role.ANALYST).actor
    with pytest.raises(AllowanceExceeded):
        _take(person, 1)
    _set(Role.ANALYST, Given.POINTS, None)
    _take(person, 10**9)
    for nonsense in (-1, 10**11):
        with pytest.raises(AllowanceOutOfRange):
            _set(Role.ANALYST, Given.POINTS, nonsense)


def test_the_page_shows_and_changes_them() -> None:
    browser = make_browser()
    page = browser.get("/console/staff/allowances/")
    assert page.status_code == 200
    shown = {name: field.initial for name, field in page.context["form"].fields.items()}
    assert shown["operator-points"] == 100_000
    data = {name: "" if value is None else value for name, value in shown.items()}
    browser.post("/console/staff/allowances/", {**data, "operator-points": "7", "manager-coupons": ""})
    assert allowance_of(Role.OPERATOR, Given.POINTS) == 7
    assert allowance_of(Role.MANAGER, Given.COUPONS) is None
    assert allowance_of(Role.OWNER, Given.POINTS) is None
    refused = browser.post("/console/staff/allowances/", {**data, "operator-points": "-7"})
    assert refused.status_code == 200
    assert allowance_of(Role.OPERATOR, Given.POINTS) == 7
    assert make_browser(Role.OPERATOR).get("/console/staff/allowances/").status_code == 403
