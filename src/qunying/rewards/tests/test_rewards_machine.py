"""Coupons and points against plain numbers: any order of verbs, the same states, sums and refusals, a clean audit."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, rule

from qunying.kernel.problems import Problem
from qunying.ledger.accounts import Purpose
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.tests.make import points_of, run
from qunying.ledger.tests.plain_book import PlainBook
from qunying.ledger.tests.side_by_side import MINUTES, SideBySide, run_machine
from qunying.members.tests.make import make_member
from qunying.rewards.actions.bar_members import bar_members
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.expire_coupons import expire_coupons
from qunying.rewards.actions.expire_points import expire_points
from qunying.rewards.actions.grant_coupons import grant_coupons
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.mature_points import mature_points
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.actions.refund_points import refund_points
from qunying.rewards.actions.release_coupon import release_coupon
from qunying.rewards.actions.reserve_coupon import reserve_coupon
from qunying.rewards.actions.roll_back_coupon import roll_back_coupon
from qunying.rewards.actions.spend_points import spend_points
from qunying.rewards.actions.take_back_points import take_back_points
from qunying.rewards.actions.withdraw_coupon import withdraw_coupon
from qunying.rewards.models import Coupon
from qunying.rewards.tests.make import make_budget, make_template
from qunying.rewards.tests.plain_offer import PlainOffer

MEMBERS = 3
member = st.integers(0, MEMBERS - 1)
order = st.sampled_from(["A-1", "B-1"])


class _Members(SideBySide):
    """Both ways side by side, for three members."""

    def __init__(self):
        super().__init__()
        self.members = [make_member().id for _ in range(MEMBERS)]


class CouponMachine(_Members):
    """Claims, grants, bars, reservations, redemptions and their undoing."""

    coupons = Bundle("coupons")

    def __init__(self):
        super().__init__()
        self.plain = PlainOffer(total=5, per_member=2, amount=1_000, free=4_300)
        self.campaign = make_budget(4_300)
        self.template = make_template(total=5, per_member=2, valid_days=2, campaign_id=self.campaign)
        self.pairs = {}

    def _note(self, who, coupon):
        self.pairs[coupon.id] = self.plain.give(who, coupon.serial, coupon.valid_until)

    @rule(who=member)
    def claim(self, who):
        done = self.both(
            lambda: self.plain.check_claim(who),
            claim_coupon,
            template_id=self.template,
            member_id=self.members[who],
        )
        if done is not None:
            (serial,), claimed = done
            assert claimed.serial == serial
            self._note(who, Coupon.objects.get(pk=claimed.coupon_id))

    @rule(target=coupons, number=st.integers(0, 20))
    def point_at(self, number):
        return number

    @rule(whom=st.sets(member, min_size=1))
    def grant(self, whom):
        def plain():
            takers = self.plain.takers(whom)
            return takers, self.plain.check_room(len(takers))

        known = set(self.pairs)
        done = self.both(
            plain,
            grant_coupons,
            template_id=self.template,
            member_ids=[self.members[who] for who in whom],
        )
        if done is not None:
            (takers, serials), granted = done
            assert granted.granted == len(takers)
            new = list(Coupon.objects.exclude(pk__in=known))
            assert sorted(coupon.serial for coupon in new) == sorted(serials)
            assert sorted(self.members.index(coupon.member_id) for coupon in new) == takers
            for coupon in new:
                self._note(self.members.index(coupon.member_id), coupon)

    @rule(who=member)
    def bar(self, who):
        self.plain.barred.add(who)
        run(
            bar_members,
            now=self.now,
            campaign_id=self.campaign,
            member_ids=[self.members[who]],
            reason="holdout",
        )

    def _pick(self, number):
        ids = list(self.pairs)
        key = ids[number % len(ids)] if ids else None
        return key, self.pairs.get(key)

    @rule(number=coupons, what=order, total=st.sampled_from([0, 1, 700, 1_000, 5_000]))
    def reserve(self, number, what, total):
        key, plain = self._pick(number)
        if plain is not None:
            self.both(
                lambda: self.plain.reserve(plain, what, total, self.now),
                reserve_coupon,
                coupon_id=key,
                order_number=what,
                total_minor=total,
            )

    @rule(number=coupons, what=order)
    def redeem(self, number, what):
        key, plain = self._pick(number)
        if plain is not None:
            self.both(
                lambda: self.plain.redeem(plain, what, self.now),
                redeem_coupon,
                coupon_id=key,
                order_number=what,
            )

    @rule(number=coupons, what=order)
    def release(self, number, what):
        key, plain = self._pick(number)
        if plain is not None:
            self.both(
                lambda: self.plain.release(plain, what), release_coupon, coupon_id=key, order_number=what
            )

    @rule(number=coupons)
    def roll_back(self, number):
        key, plain = self._pick(number)
        if plain is not None:
            self.both(
                lambda: self.plain.roll_back(plain, self.now), roll_back_coupon, coupon_id=key, reason="x"
            )

    @rule(number=coupons)
    def withdraw(self, number):
        key, plain = self._pick(number)
        if plain is not None:
            self.both(
                lambda: self.plain.withdraw(plain, self.now), withdraw_coupon, coupon_id=key, reason="x"
            )

    @rule()
    def sweep(self):
        self.now += timedelta(seconds=1)
        swept = run(expire_coupons, now=self.now)
        assert (swept.released, swept.expired) == self.plain.sweep(self.now)

    @invariant()
    def same_states(self):
        real = dict(Coupon.objects.values_list("id", "state"))
        assert real == {key: plain.state for key, plain in self.pairs.items()}

    @invariant()
    def same_budget(self):
        budget = get_budget(self.campaign)
        assert (budget.free, budget.held, budget.spent) == (
            self.plain.free,
            self.plain.held,
            self.plain.spent,
        )


class PointsMachine(_Members):
    """Points given, pending, spent, refunded, taken back, ended."""

    grants = Bundle("grants")
    spends = Bundle("spends")

    def __init__(self):
        super().__init__()
        self.plain = PlainBook()
        self.waiting = []
        self.left = {}

    @rule(target=grants, who=member, units=st.integers(1, 60), ends=st.none() | st.integers(0, 9))
    def grant(self, who, units, ends):
        self.now += timedelta(seconds=1)
        granted = run(
            grant_points,
            now=self.now,
            member_id=self.members[who],
            amount=units,
            reason="order",
            valid_days=ends,
        )
        self.left[granted.grant_id] = units
        return granted.grant_id, self.plain.grant(who, units, self._end(ends), self.now)

    def _end(self, days):
        if days is None:
            return None
        midnight = (self.now + timedelta(hours=8)).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(hours=8) + timedelta(days=days + 1)

    @rule(who=member, units=st.integers(1, 60), passed=MINUTES, ends=st.none() | st.integers(0, 9))
    def promise(self, who, units, passed, ends):
        self.now += timedelta(seconds=1)
        due = self.now + timedelta(minutes=passed)
        granted = run(
            grant_points,
            now=self.now,
            member_id=self.members[who],
            amount=units,
            reason="order",
            matures_at=due,
            valid_days=ends,
        )
        self.waiting.append([granted.grant_id, who, units, due, ends])

    @rule(number=st.integers(0, 20), part=st.integers(1, 60))
    def take_back_pending(self, number, part):
        if not self.waiting:
            return
        grant = self.waiting[number % len(self.waiting)]
        self.now += timedelta(seconds=1)
        if part > grant[2]:
            with pytest.raises(Problem):
                run(take_back_points, now=self.now, grant_id=grant[0], amount=part)
            return
        assert run(take_back_points, now=self.now, grant_id=grant[0], amount=part).debt == 0
        grant[2] -= part
        if grant[2] == 0:
            self.waiting.remove(grant)

    @rule()
    def mature(self):
        self.now += timedelta(seconds=1)
        due = sorted((grant for grant in self.waiting if grant[3] <= self.now), key=lambda g: (g[3], g[0]))
        assert run(mature_points, now=self.now) == len(due)
        for grant in due:
            self.plain.grant(grant[1], grant[2], self._end(grant[4]), self.now)
            self.waiting.remove(grant)

    @rule(target=spends, who=member, units=st.integers(1, 60))
    def spend(self, who, units):
        done = self.both(
            lambda: self.plain.spend(who, units, self.now),
            spend_points,
            member_id=self.members[who],
            amount=units,
            reason="gift",
        )
        return None if done is None else (done[1].transaction_id, done[0])

    @rule(spend=spends, part=st.none() | st.integers(1, 60))
    def refund(self, spend, part):
        if spend is not None:
            self.both(
                lambda: self.plain.reverse(spend[1], part, self.now),
                refund_points,
                transaction_id=spend[0],
                amount=part,
            )

    @rule(grant=grants, part=st.integers(1, 60))
    def take_back(self, grant, part):
        key, plain = grant
        if part > self.left[key]:
            with pytest.raises(Problem):
                run(take_back_points, now=self.now, grant_id=key, amount=part)
            return
        done = self.both(
            lambda: self.plain.reverse(plain, part, self.now), take_back_points, grant_id=key, amount=part
        )
        if done is not None:
            self.left[key] -= part

    @rule()
    def expire(self):
        self.now += timedelta(seconds=1)
        assert run(expire_points, now=self.now) == self.plain.expire_lots(self.now)

    @invariant()
    def same_balances(self):
        pending: Counter[int] = Counter()
        for _key, who, units, _due, _ends in self.waiting:
            pending[who] += units
        for who, member_id in enumerate(self.members):
            assert get_balance(points_of(member_id)) == self.plain.balances[who, "available"]
            assert get_balance(points_of(member_id, Purpose.DEBT)) == self.plain.balances[who, "debt"]
            assert get_balance(points_of(member_id, Purpose.PENDING)) == pending[who]


@pytest.mark.django_db
@pytest.mark.parametrize("machine", [CouponMachine, PointsMachine])
def test_any_order_of_verbs_agrees_with_plain_numbers(machine):
    run_machine(machine, 10, 25)


@pytest.mark.full
@pytest.mark.django_db
@pytest.mark.parametrize("machine", [CouponMachine, PointsMachine])
def test_any_order_of_verbs_agrees_with_plain_numbers_at_length(machine):
    run_machine(machine, 200, 50)
