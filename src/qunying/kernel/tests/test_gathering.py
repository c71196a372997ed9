"""Questions that gather."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from qunying.kernel.gathering import Gathering


def test_who_comes_meanwhile_is_asked_for_together() -> None:
    asked: list[list[int]] = []
    begun, go_on = threading.Event(), threading.Event()

    def ask_all(numbers):
        asked.append(list(numbers))
        begun.set()
        assert go_on.wait(20)
        return [number * 10 for number in numbers]

    gathering = Gathering(ask_all, most=4)
    with ThreadPoolExecutor(7) as pool:
        first = pool.submit(gathering.ask, 0)
        assert begun.wait(20)
        others = [pool.submit(gathering.ask, number) for number in range(1, 7)]
        while len(gathering._waiting) < 6:
            pass
        go_on.set()
        assert [each.result(20) for each in (first, *others)] == [number * 10 for number in range(7)]
    assert asked[0] == [0]
    assert [len(some) for some in asked] == [1, 4, 2]
    assert sorted(number for some in asked for number in some) == list(range(7))


def test_what_goes_wrong_is_everybodys_and_the_next_is_served() -> None:
    def ask_all(numbers):
        return [1 // number for number in numbers]

    gathering = Gathering(ask_all, most=9)
    with pytest.raises(ZeroDivisionError):
        gathering.ask(0)
    assert gathering.ask(1) == 1
