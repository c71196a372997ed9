"""Rounds of coupons: each brings out its number at its time, by whichever way somebody claims, and never twice."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from qunying.kernel.batches import Asked
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.list_pools import list_levels
from qunying.ledger.tests.make import ACTOR, NOW, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.create_template import create_template
from qunying.rewards.actions.grant_coupons import grant_coupons
from qunying.rewards.actions.open_coupon_rounds import open_coupon_rounds
from qunying.rewards.claiming import Claimed, CouponSoldOut
from qunying.rewards.claiming_together import claim_together
from qunying.rewards.doors.rounds_field import RoundsField
from qunying.rewards.models import CouponTemplate
from qunying.rewards.rounds import Round, RoundNotBegun
from qunying.rewards.tests.make import TEN_OFF, make_template
from qunying.rewards.wording import WordingWrong, wording_of

FIRST, SECOND, THIRD = (NOW.replace(second=0, microsecond=0) + timedelta(hours=n) for n in (1, 2, 3))
ROUNDS = (Round(FIRST, 2), Round(SECOND, 1), Round(THIRD, 2))
IN_ROUNDS = replace(TEN_OFF, total=5, rounds=ROUNDS)


def claim(template_id: UUID, now: datetime) -> Any:
    return run(claim_coupon, now=now, template_id=template_id, member_id=make_member().id)


def total(template_id: UUID) -> int:
    template = CouponTemplate.objects.get(pk=template_id)
    assert template.pool_id is not None
    return list_levels([template.pool_id])[template.pool_id].total


@pytest.mark.django_db
def test_each_round_brings_out_its_number_at_its_time() -> None:
    template_id = make_template(IN_ROUNDS)
    assert wording_of(CouponTemplate.objects.get(pk=template_id)).rounds == ROUNDS
    with pytest.raises(RoundNotBegun) as refused:
        claim(template_id, FIRST - timedelta(seconds=1))
    assert (refused.value.code, refused.value.fields["quantity"]) == ("coupon_round_not_begun", 2)
    assert [claim(template_id, FIRST).serial for _n in range(2)] == [1, 2]
    with pytest.raises(RoundNotBegun) as refused:  # the first round is taken, the next is told
        claim(template_id, SECOND - timedelta(seconds=1))
    assert refused.value.fields["quantity"] == 1
    assert run(open_coupon_rounds, now=SECOND) == 1
    assert run(open_coupon_rounds, now=SECOND) == 0
    assert total(template_id) == 3
    # What is left of the second round stays; the first of many who come for the third brings it out.
    members = [make_member().id for _n in range(4)]
    asked = [
        Asked(f"c{n}", ACTOR, {"template_id": template_id, "member_id": member})
        for n, member in enumerate(members)
    ]
    outcomes = claim_together(asked, THIRD)
    assert [each.serial if isinstance(each, Claimed) else type(each) for each in outcomes] == [
        3,
        4,
        5,
        CouponSoldOut,
    ]
    assert total(template_id) == 5
    assert audit() == []


@pytest.mark.django_db
def test_what_is_left_of_a_round_may_end_with_it() -> None:
    template_id = make_template(IN_ROUNDS, leftover_ends=True)

    def stands() -> tuple[int, int]:
        pool_id = CouponTemplate.objects.get(pk=template_id).pool_id
        assert pool_id is not None
        level = list_levels([pool_id])[pool_id]
        return level.left, level.ended

    assert claim(template_id, FIRST).serial == 1
    assert stands() == (1, 0)
    assert run(open_coupon_rounds, now=SECOND) == 1
    assert run(open_coupon_rounds, now=SECOND) == 0
    assert stands() == (1, 1)
    asked = [
        Asked(f"c{n}", ACTOR, {"template_id": template_id, "member_id": make_member().id}) for n in range(3)
    ]
    outcomes = claim_together(asked, THIRD)
    assert [each.serial if isinstance(each, Claimed) else type(each) for each in outcomes] == [
        2,
        3,
        CouponSoldOut,
    ]
    assert stands() == (0, 2)
    template_id = make_template(IN_ROUNDS, leftover_ends=True, now=SECOND)  # opened late
    assert stands() == (1, 2)
    with pytest.raises(WordingWrong):
        run(create_template, wording=replace(TEN_OFF, leftover_ends=True))
    assert audit() == []


@pytest.mark.django_db
def test_a_grant_waits_for_its_round_as_well_and_rounds_must_add_up() -> None:
    template_id = make_template(IN_ROUNDS)
    members = [make_member().id for _n in range(3)]
    with pytest.raises(RoundNotBegun):
        run(grant_coupons, now=FIRST, template_id=template_id, member_ids=members)
    assert run(grant_coupons, now=SECOND, template_id=template_id, member_ids=members).granted == 3
    wrong = [
        replace(IN_ROUNDS, total=6),
        replace(IN_ROUNDS, rounds=ROUNDS[::-1]),
        replace(IN_ROUNDS, claim_until=NOW.date() - timedelta(days=1)),
    ]
    for wording in wrong:
        with pytest.raises(WordingWrong):
            run(create_template, wording=wording)
    field = RoundsField()
    stored = CouponTemplate.objects.get(pk=template_id).rounds
    assert field.clean(field.prepare_value(stored)) == ROUNDS
