"""Texts that members type into forms."""

from typing import Any

import pytest

from qunying.kernel import clock
from qunying.members.tests.make import make_member, sign_in
from qunying.moderation.models import Appeal
from qunying.moderation.tests.make import make_decision

pytestmark = pytest.mark.django_db


def test_a_line_break_of_an_appeal_counts_as_one_sign(client: Any) -> None:
    member = make_member()
    decision = make_decision(member, now=clock.now())
    sign_in(client, member)
    text = "\r\n".join(["x" * 99] * 20)  # a browser counts 1,999 signs
    client.post(f"/m/my-penalties/{decision.id}/", {"text": text})
    assert len(Appeal.objects.get().text) == 1_999
