"""Many claims at once, for the hot hours of an offer: those of one offer are done by one statement.

Each claim is a command of its own, with its own answer, as if they had come one after the other. The plain way
(``actions/claim_coupon.py``) decides what is not ordinary, and is what this is compared with.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog

from qunying.kernel.actions import Running, action_id_of, body_hash_of
from qunying.kernel.batches import MOST_TOGETHER, Asked, Outcome, store_outcomes
from qunying.kernel.problems import Problem
from qunying.ledger.balances import BudgetExhausted
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.claiming import Claimed, CouponSoldOut
from qunying.rewards.claiming_at_once import Prepared, Preparing, claim_all
from qunying.rewards.rounds import RoundNotBegun

log = structlog.get_logger()

ACTION = action_id_of(claim_coupon)
# Whom stock or budget did not reach, they do not reach those after them either.
NOTHING_LEFT = (CouponSoldOut, RoundNotBegun, BudgetExhausted)


def claim_together(claims: Sequence[Asked], now: datetime) -> list[Outcome[Claimed]]:
    """Do claims of any offers, each on its own; those of one offer and campaign go together.

    Args:
        claims: commands with the arguments of ``claim_coupon``, any number.
        now: the present instant.

    Returns:
        The coupon or the problem of each claim, in their order.
    """
    batch = _Batch(claims, now)
    for together in batch.gather():
        for start in range(0, len(together), MOST_TOGETHER):
            batch.claim(together[start : start + MOST_TOGETHER])
    return batch.finish()


class _Batch:
    """Claims by their places, and what has come of them."""

    def __init__(self, claims: Sequence[Asked], now: datetime) -> None:
        self.claims, self.now = claims, now
        self.prepared: dict[int, Prepared] = {}
        self.outcomes: dict[int, Outcome[Claimed]] = {}
        self.refused: dict[int, Problem] = {}  # decided here, and not stored yet

    def gather(self) -> Iterable[list[int]]:
        """Prepare the claims and return the places of those that can go together."""
        kinds: dict[tuple[object, ...], list[int]] = {}
        commands: set[tuple[str, str]] = set()
        preparing = Preparing(self.now)
        for place, asked in enumerate(self.claims):
            if asked.key in commands or not asked.actor.may(ACTION):
                continue
            commands.add(asked.key)
            running = Running(ACTION, asked.command_id, asked.actor, self.now)
            prepared = preparing.prepare(running, body_hash_of(ACTION, asked.arguments), asked.arguments)
            if prepared is not None:
                self.prepared[place] = prepared
                kinds.setdefault(prepared.offer.kind, []).append(place)
        return kinds.values()

    def claim(self, places: list[int]) -> None:
        """Do claims of one kind, as many as there are coupons for, and refuse the others."""
        while places:
            waiting = self._claim_ordinary(places)
            if waiting and len(waiting) == len(places):  # what is left is not ordinary, or nothing is
                outcome = self._claim_plainly(waiting.pop(0))
                if isinstance(outcome, NOTHING_LEFT):
                    self.refused |= dict.fromkeys(waiting, outcome)
                    return
            places = waiting

    def _claim_ordinary(self, places: list[int]) -> list[int]:
        """Do claims in one statement and return the places of those that it neither did nor knows anything against."""
        waiting = []
        told = log.bind(action=ACTION)  # once: what is bound for each line costs more than the line
        for place, done in zip(places, claim_all([self.prepared[at] for at in places]), strict=True):
            asked = self.claims[place]
            if isinstance(done, Claimed):
                self.outcomes[place] = done
                told.info("action", actor=asked.actor.key, command=asked.command_id)
            elif done is None:
                waiting.append(place)
            elif (problem := self.prepared[place].problem(done)) is not None:
                self.refused[place] = problem
            else:
                self._claim_plainly(place)
        return waiting

    def _claim_plainly(self, place: int) -> Outcome[Claimed]:
        asked = self.claims[place]
        try:
            outcome: Outcome[Claimed] = claim_coupon(
                command_id=asked.command_id, actor=asked.actor, now=self.now, **asked.arguments
            )
        except Problem as problem:
            outcome = problem
        self.outcomes[place] = outcome
        return outcome

    def finish(self) -> list[Outcome[Claimed]]:
        """Store the refusals, do the plain way what is not done yet, and return all outcomes in their order."""
        refusals = [(self.claims[place], problem) for place, problem in self.refused.items()]
        stored = store_outcomes(claim_coupon, refusals, self.now)
        self.outcomes |= {
            place: problem for place, problem in self.refused.items() if self.claims[place].key in stored
        }
        return [
            self.outcomes[place] if place in self.outcomes else self._claim_plainly(place)
            for place in range(len(self.claims))
        ]
