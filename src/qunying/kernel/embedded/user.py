"""Which system user the embedded database runs as.

PostgreSQL refuses to run as root. As a normal user it runs as that user. As root it runs as the
owner of its data directory, or as the system user ``pgserver``, made when missing; that user must be
able to reach the programs and the data directory, which may mean to open folders on the way.
"""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.trans_null import gettext_noop as _  # the real one asks for settings

from qunying.kernel.embedded.cluster import Report, say

USER_NAME = "pgserver"


@dataclass(frozen=True)
class DatabaseUser:
    """User and group id the database runs under."""

    uid: int
    gid: int


def database_user(data: Path) -> DatabaseUser | None:
    """Return who runs the database, or None for "as we are".

    Args:
        data: data directory, existing or not.

    Raises:
        OSError: we are root and the system user cannot be made.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return DatabaseUser(owner.st_uid, owner.st_gid)
    entry = _find_user() or _make_user()
    return DatabaseUser(entry.pw_uid, entry.pw_gid)


def _find_user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(USER_NAME)
    except KeyError:
        return None


def _make_user() -> pwd.struct_passwd:
    search = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    program = shutil.which("useradd", path=search)
    if program is None:
        raise OSError(
            f"PostgreSQL does not run as root, and there is no useradd to make the user {USER_NAME}"
        )
    arguments = [program, "--system", "--no-create-home", "--shell", "/bin/false", USER_NAME]
    result = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603 -- fixed
    entry = _find_user()  # another process may have made it in the meantime
    if entry is None:
        raise OSError(f"The system user {USER_NAME} cannot be made: {result.stderr.strip()}")
    return entry


def open_way(target: Path, user: DatabaseUser, report: Report) -> None:
    """Let the user pass through every folder above ``target``, warning before each mode that is loosened."""
    for folder in reversed(target.parents):
        mode = folder.stat()
        if _may(mode, user, stat.S_IXUSR):
            continue
        warning = _(
            "Opening {folder} for passing through (mode +x), so that the database's user can reach {target}."
        )
        say(report, warning, folder=folder, target=target)
        folder.chmod(stat.S_IMODE(mode.st_mode) | stat.S_IXGRP | stat.S_IXOTH)


def open_tree(tree: Path, user: DatabaseUser, report: Report) -> None:
    """Let the user read ``tree`` and what lies in it, warning once before modes are loosened."""
    warned = False
    for folder, _folders, files in os.walk(tree):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            mode = path.stat()
            needed = stat.S_IRUSR | (stat.S_IXUSR if mode.st_mode & stat.S_IXUSR else 0)
            if _may(mode, user, needed):
                continue
            if not warned:
                say(
                    report,
                    _("Opening {folder} for reading (mode +r), so that the database's user can run it."),
                    folder=tree,
                )
                warned = True
            path.chmod(stat.S_IMODE(mode.st_mode) | needed >> 3 | needed >> 6)


def _may(mode: os.stat_result, user: DatabaseUser, needed: int) -> bool:
    """Say whether the user has the rights ``needed`` (bits of the owner) on a file."""
    if mode.st_uid == user.uid:
        shift = 0
    elif mode.st_gid == user.gid:
        shift = 3
    else:
        shift = 6
    return mode.st_mode & needed >> shift == needed >> shift
