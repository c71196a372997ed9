"""Threads that want the same at the same moment: whoever's turn it is asks for all who came while it waited."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock


@dataclass
class _Waiting[Q, A]:
    """One question, and what became of it."""

    question: Q
    is_done: bool = False
    answers: list[A] = field(default_factory=list)  # one, or none when there is an error
    error: BaseException | None = None


class Gathering[Q, A]:
    """Questions that one statement can answer together.

    Nobody waits for others to come: alone, a thread asks at once. While it asks, others gather, and the next one
    asks for all of them.
    """

    def __init__(self, ask_all: Callable[[Sequence[Q]], Sequence[A]], *, most: int) -> None:
        """Make an empty one.

        Args:
            ask_all: answers questions, in their order; what it raises, all of them get.
            most: as many go together.
        """
        self._ask_all, self._most = ask_all, most
        self._turn = Lock()
        self._waiting: deque[_Waiting[Q, A]] = deque()

    def ask(self, question: Q) -> A:
        """Return the answer to a question."""
        mine: _Waiting[Q, A] = _Waiting(question)
        self._waiting.append(mine)
        with self._turn:
            while not mine.is_done:  # as a rule somebody has asked for us, or we are among the first
                self._serve([self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))])
        if mine.error is not None:
            raise mine.error
        return mine.answers[0]

    def _serve(self, some: Sequence[_Waiting[Q, A]]) -> None:
        try:
            answers = self._ask_all([one.question for one in some])
            for one, answer in zip(some, answers, strict=True):
                one.answers.append(answer)
        except BaseException as error:  # noqa: BLE001 - each of those who wait raises it
            for one in some:
                one.error = error
        finally:
            for one in some:
                one.is_done = True
