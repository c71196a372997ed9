"""Fail points: named places where a test can make the process raise, wait or die.

They do nothing unless ``QUNYING_FAILPOINTS`` is set, e.g. ``export.after_commit=exit;claim.checked=sleep:0.05``.
Race tests use ``disabled_guard`` for the twin that must fail.
"""

import os
import time
from collections.abc import Callable

# What a test does at a fail point that is to ``call``; what it forks knows it, too.
calls: dict[str, Callable[[], object]] = {}


class FailPointReached(RuntimeError):  # noqa: N818 - not an error of ours
    """The fail point was told to raise."""


def _settings() -> dict[str, str]:
    text = os.environ.get("QUNYING_FAILPOINTS", "")
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)


def failpoint(name: str) -> None:
    """Do what the environment says at this place: ``raise``, ``exit`` (as if killed), ``sleep:SECONDS`` or ``call``."""
    if "QUNYING_FAILPOINTS" not in os.environ:
        return
    effect = _settings().get(name, "")
    if effect == "raise":
        raise FailPointReached(name)
    if effect == "exit":
        os._exit(137)
    if effect == "call":
        calls[name]()
    if effect.startswith("sleep:"):
        time.sleep(float(effect.removeprefix("sleep:")))


def disabled_guard(name: str) -> bool:
    """Tell whether a test has switched off the guard of this name (never outside tests)."""
    return "QUNYING_FAILPOINTS" in os.environ and _settings().get(name) == "off"
