"""Asking once while a page is read, and anew everywhere else."""

from itertools import count

import pytest

from qunying.kernel.remembering import remember, remembered, remembering

_asked = count(1)


@remembered
def ask(what: str, *, again: int = 0) -> int:
    """Return how often anything was asked."""
    assert again >= 0
    return next(_asked) if what != "refused" else int("no number")


def test_answers_last_as_long_as_the_page() -> None:
    assert ask("a") != ask("a")
    with remembering():
        first = ask("a")
        assert ask("a") == first
        assert ask("b") != first
        assert ask("a", again=1) != first
        with remembering():
            assert ask("a") != first
        assert ask("a") == first
        for _ in range(2):
            with pytest.raises(ValueError, match="no number"):
                ask("refused")
        remember(ask, 0, "found elsewhere", again=2)
        assert ask("found elsewhere", again=2) == 0
    assert ask("a") != first
