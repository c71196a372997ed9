"""A small process beside the embedded database: it starts it, and stops it when nobody uses it any more.

Every process that uses the database holds a shared lock on one file. The system drops such a lock
however the process ends, so this one only has to wait for the exclusive lock: it gets it when the
last user is gone, even one killed with SIGKILL, and no user can come while it is stopping.

Runs as a script with the standard library only, so that it starts fast and stays small.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from types import FrameType
from typing import Any

# A fast shutdown writes everything to disk first; after this an immediate one leaves that to the next start.
PATIENCE_SECONDS = 60


def keep(order: dict[str, Any]) -> int:
    """Start ``order["command"]`` and stop it once the users' lock is free.

    Args:
        order: ``command`` (argv), ``environment``, ``log``, ``users_lock`` and ``running_lock`` (paths),
            ``user`` ([uid, gid] or None), ``throw_away`` (folder to remove after the stop, or None).
    """
    # Every process of the database inherits this lock, so it tells whether any is left, visible or not.
    running = os.open(order["running_lock"], os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(running, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with open(order["log"], "ab", buffering=0) as log:
        uid, gid = order["user"] or (None, None)
        database = subprocess.Popen(  # noqa: S603 -- the caller built the command from fixed parts
            order["command"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=order["environment"],
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
            umask=0o077,
            pass_fds=[running],
        )
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _leave)
    leaving = threading.Event()
    threading.Thread(target=_end_with, args=(database, leaving), daemon=True).start()
    try:
        descriptor = os.open(order["users_lock"], os.O_RDWR)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    finally:
        leaving.set()
        _stop(database)
    if order["throw_away"]:
        shutil.rmtree(order["throw_away"], ignore_errors=True)
    return 0


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _end_with(database: "subprocess.Popen[bytes]", leaving: threading.Event) -> None:
    """Nothing is left to keep once the database has ended by itself."""
    code = database.wait()
    if not leaving.is_set():
        os._exit(min(abs(code), 255))


def _stop(database: "subprocess.Popen[bytes]") -> None:
    database.send_signal(signal.SIGINT)
    try:
        database.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        database.send_signal(signal.SIGQUIT)
        database.wait()


if __name__ == "__main__":
    sys.exit(keep(json.loads(sys.argv[1])))
