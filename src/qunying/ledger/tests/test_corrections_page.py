"""The page that lists corrections for a second person."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_staff
from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.ledger.actions.adjust_balance import adjust_balance
from qunying.ledger.adjusting import UNIT_CEILING
from qunying.ledger.models import Adjustment
from qunying.ledger.proposals import WAITING_TIME
from qunying.ledger.tests.make import points_of

pytestmark = pytest.mark.django_db


def test_only_others_are_offered_to_approve_and_nobody_what_waited_too_long():
    author, other = make_staff(), make_staff()
    for number, proposed_at in enumerate((clock.now(), clock.now() - WAITING_TIME - timedelta(days=1))):
        adjust_balance(
            command_id=str(new_id()),
            actor=author.actor,
            now=proposed_at,
            account=points_of(uuid4()),
            amount=UNIT_CEILING + 1,
            reason=f"wrong import {number}",
            evidence="ticket 12",
        )
    assert Adjustment.objects.count() == 2
    for person, may_approve in ((author, False), (other, True)):
        browser = Client(headers={"accept-language": "en"})
        browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        shown = browser.get("/console/ledger/").content.decode()
        assert "wrong import 0" in shown
        assert "wrong import 1" not in shown
        assert ('value="approve"' in shown) is may_approve
