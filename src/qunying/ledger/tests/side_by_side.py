"""State machines that let the product and a plain model do the same, step by step."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from qunying.kernel.problems import Problem
from qunying.ledger.integrity import CHECKS
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.ledger.tests.plain_book import RefusedError

MINUTES = st.sampled_from([1, 14, 15, 60, 24 * 60, 3 * 24 * 60])


class SideBySide(RuleBasedStateMachine):
    """Both ways side by side, in a transaction that leaves nothing behind."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint_create()
        self.now = NOW

    def teardown(self) -> None:
        try:
            assert audit() == []
        finally:
            transaction.savepoint_rollback(self.savepoint)

    def both(self, plain: Any, real: Any, **named: Any) -> Any:
        """Let both do it; both must agree on whether it may be done. Return what each says, or None."""
        self.now += timedelta(seconds=1)
        try:
            expected = plain()
        except RefusedError:
            with pytest.raises(Problem):
                run(real, now=self.now, **named)
            return None
        return expected, run(real, now=self.now, **named)

    @rule(passed=MINUTES)
    def wait(self, passed):
        self.now += timedelta(minutes=passed)


def breaks_of_the_book() -> list[str]:
    """What the book's own checks find. After each step of a machine that writes nothing else they are enough, and
    half as long as the whole audit, which comes at the end.
    """
    ours = [check for check in CHECKS.values() if check.find.__module__.startswith("qunying.ledger.")]
    return [text for check in ours for text in check.find()]


def run_machine(machine: type[RuleBasedStateMachine], examples: int, steps: int) -> None:
    """Run a machine so often, each time for so many steps."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
