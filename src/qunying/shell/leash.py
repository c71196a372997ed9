"""Runs one command on a leash: when the other end of its standard input closes, everything it started ends.

The supervisor holds that other end. The system closes it however the supervisor ends, so nothing is
left behind even after SIGKILL. The leash leads the process group of the command, whose number
therefore cannot pass to anybody else while there is something left to end.

Runs as a script with the standard library only, so that it starts fast and stays small:
``leash.py GRACE_SECONDS COMMAND …``
"""

import os
import signal
import subprocess
import sys
import threading
from types import FrameType


def hold(grace_seconds: float, command: list[str]) -> int:
    """Run the command and return its exit code, 128 + n for signal n. Ends it when standard input closes."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - the supervisor's own list
    # Set after the start and not to "ignore", so that the child keeps the usual behaviour.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _pass)
    released = threading.Event()
    threading.Thread(target=_end_on_release, args=(child, grace_seconds, released), daemon=True).start()
    code = child.wait()
    if released.is_set():
        os.killpg(0, signal.SIGKILL)
    return code if code >= 0 else 128 - code


def _pass(_number: int, _frame: FrameType | None) -> None:
    """Only the end of standard input ends a leash."""


def _end_on_release(
    child: "subprocess.Popen[bytes]", grace_seconds: float, released: threading.Event
) -> None:
    while os.read(0, 1):
        pass
    released.set()
    child.terminate()
    try:
        child.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(hold(float(sys.argv[1]), sys.argv[2:]))
