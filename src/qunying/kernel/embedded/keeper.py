"""A small process beside the embedded database: it starts it, and stops it when nobody uses it any more.

Every process that uses the database holds a shared lock on one file. The system drops such a lock
however the process ends, so this one only has to wait for the exclusive lock: it gets it when the
last user is gone, even one killed with SIGKILL, and no user can come while it is stopping.

Runs as a script with the standard library only, so that it starts fast and stays small.
"""

import fcntl
import json
import os
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
        order: ``command`` (argv), ``log`` and ``users_lock`` (paths), ``user`` ([uid, gid] or None).
    """
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
        )
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _leave)
    threading.Thread(target=_end_with, args=(database,), daemon=True).start()
    try:
        descriptor = os.open(order["users_lock"], os.O_RDWR)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    finally:
        _stop(database)
    return 0


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _end_with(database: "subprocess.Popen[bytes]") -> None:
    """Nothing is left to keep once the database has ended by itself."""
    os._exit(min(abs(database.wait()), 255))


def _stop(database: "subprocess.Popen[bytes]") -> None:
    database.send_signal(signal.SIGINT)
    try:
        database.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        database.send_signal(signal.SIGQUIT)
        database.wait()


if __name__ == "__main__":
    sys.exit(keep(json.loads(sys.argv[1])))
