"""Work of rewards that comes round by itself: coupons and points that end, points that mature."""

from collections.abc import Callable

from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job
from qunying.ledger.entries import MAX_ENTRIES
from qunying.rewards.actions.continue_past_earning import continue_past_earning
from qunying.rewards.actions.expire_coupons import expire_coupons
from qunying.rewards.actions.expire_points import expire_points
from qunying.rewards.actions.give_birthday_gifts import give_birthday_gifts
from qunying.rewards.actions.lapse_orders import lapse_orders
from qunying.rewards.actions.mature_points import mature_points
from qunying.rewards.actions.open_coupon_rounds import open_coupon_rounds
from qunying.rewards.actions.refresh_tiers import AT_ONCE, refresh_tiers
from qunying.rewards.actions.settle_filed_returns import settle_filed_returns
from qunying.rewards.queries.list_earning_rules import list_running_past_earnings


@job(every="* * * * *")
def end_coupons() -> None:
    """Free lapsed reservations and end coupons whose time is over."""
    while True:
        swept = expire_coupons(command_id=str(new_id()), actor=actors.system("end_coupons"), now=clock.now())
        if max(swept.released, swept.expired) < MAX_ENTRIES:
            return


@job(every="* * * * *")
def end_reservations() -> None:
    """Free the points and budgets of orders that were not paid in time."""
    while (
        lapse_orders(command_id=str(new_id()), actor=actors.system("end_reservations"), now=clock.now())
        == MAX_ENTRIES
    ):
        pass


@job(every="* * * * *")
def open_rounds() -> None:
    """Bring out the coupons of rounds that have begun."""
    open_coupon_rounds(command_id=str(new_id()), actor=actors.system("open_rounds"), now=clock.now())


@job(every="*/5 * * * *")
def turn_points() -> None:
    """Make pending points available, then end those whose time is over."""
    _until_done(mature_points)
    _until_done(expire_points)


@job(every="*/10 * * * *")
def earn_for_the_past() -> None:
    """Go on with the orders of the past that somebody decided shall earn."""
    for run_id in list_running_past_earnings():
        while continue_past_earning(
            command_id=str(new_id()), actor=actors.system("earn_for_the_past"), now=clock.now(), run_id=run_id
        ):
            pass


@job(every="20 18 * * *")
def take_back_filed_returns() -> None:
    """Once a night, take back what imported returns have undone."""
    after = None
    while True:
        after = settle_filed_returns(
            command_id=str(new_id()),
            actor=actors.system("take_back_filed_returns"),
            now=clock.now(),
            after=after,
        )
        if after is None:
            return


@job(every="35 * * * *")
def turn_tiers() -> None:
    """Let tiers end, be kept and be warned of whose time has come, and find what reactions did not see."""
    while True:
        done = refresh_tiers(command_id=str(new_id()), actor=actors.system("turn_tiers"), now=clock.now())
        if done.members < AT_ONCE:
            return


@job(every="5 * * * *")
def wish_happy_birthday() -> None:
    """Give the birthday points of the day; who is entered later in the day gets them, too."""
    while (
        give_birthday_gifts(
            command_id=str(new_id()),
            actor=actors.system("wish_happy_birthday"),
            now=clock.now(),
        )
        == MAX_ENTRIES
    ):
        pass


def _until_done(sweep: Callable[..., int]) -> None:
    while sweep(command_id=str(new_id()), actor=actors.system("turn_points"), now=clock.now()) == MAX_ENTRIES:
        pass
