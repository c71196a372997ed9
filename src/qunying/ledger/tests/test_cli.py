"""The book from the command line."""

import json
from typing import Any

import pytest
from django.db import connection
from typer.testing import CliRunner

from qunying.kernel import clock
from qunying.ledger.actions.propose_units import propose_units
from qunying.ledger.models import Account
from qunying.ledger.tests.make import give_points, run
from qunying.ledger.tests.test_enlarging import ANNA, make_pool

pytestmark = pytest.mark.django_db


def test_units_that_staff_asked_for_are_added_from_the_shell_once():
    words: dict[str, Any] = {
        "actor": ANNA,
        "units": 2,
        "name": "Mugs",
        "reason": "more came",
        "now": clock.now(),
    }
    asked = [run(propose_units, pool_id=make_pool(), **words) for _ in range(2)]
    code, found = _call("ledger", "units")
    assert (code, {row["id"] for row in found["units"]}) == (0, {str(one) for one in asked})
    assert _call("ledger", "approve-units", str(asked[0]))[1]["total"] == 5
    assert _call("ledger", "reject-units", str(asked[1]))[0] == 0
    assert _call("ledger", "units")[1]["units"] == []


def _call(*words):
    from qunying.shell.command_tree import command_tree

    result = CliRunner().invoke(command_tree(), [*words, "--json"])
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    return result.exit_code, json.loads(lines[-1])


def test_audit_says_what_it_checked_and_fails_on_a_break():
    from uuid import uuid4

    member = uuid4()
    give_points(member, 10)
    code, report = _call("audit")
    assert (code, report["ok"]) == (0, True)
    assert {"name", "ok", "breaks"} == set(report["checks"][0])
    assert report["seconds"] >= 0
    code, found = _call("ledger", "balance", str(member))
    assert (code, found["balances"][0]["balance"]) == (0, 10)
    account = Account.objects.get(owner_id=member, purpose="member.available")
    code, found = _call("ledger", "statement", str(account.id))
    assert [line["amount"] for line in found["lines"]] == [10]
    assert _call("ledger", "verify")[0] == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_account SET balance = balance + 1 WHERE id = %s", [account.id])
    code, report = _call("audit")
    assert (code, report["ok"]) == (1, False)
    assert any("account" in text for check in report["checks"] for text in check["breaks"])
