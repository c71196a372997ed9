"""Where an embedded installation keeps everything it writes: the home folder.

``QUNYING_HOME`` names it; without that it is a data folder of the user. Only a few commands may
create one; all others look for it and say where they looked.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem

HOME_VARIABLE = "QUNYING_HOME"
SOCKET_NAME = ".s.PGSQL.5432"
# sockaddr_un.sun_path: 108 bytes on Linux, 104 elsewhere, the last one is a zero byte.
SOCKET_PATH_LIMIT = 107 if sys.platform.startswith("linux") else 103


class HomeNotFound(Problem):
    """No installation was set up in the folder that was looked at."""

    code = "home_not_found"
    kind = Kind.NOT_FOUND
    message = _(
        "There is no Qunying installation in {path}. "
        "Set one up with “qunying run”, or name its folder in QUNYING_HOME."
    )


class HomePathTooLong(Problem):
    """The path of the database socket inside the home would exceed the limit of the system."""

    code = "home_path_too_long"
    kind = Kind.INVALID
    message = _(
        "The path of the home folder is too long for the database socket: {path} has {length} bytes, "
        "at most {limit} are possible. Name a shorter one in QUNYING_HOME."
    )


class HomeNotUsable(Problem):
    """The system refused to create or read the home folder."""

    code = "home_not_usable"
    kind = Kind.UNAVAILABLE
    message = _("The home folder {path} cannot be used: {reason}. Name another one in QUNYING_HOME.")


@dataclass(frozen=True)
class Home:
    """One installation's folder. All paths are absolute."""

    path: Path

    @property
    def postgres(self) -> Path:
        """Data directory of the embedded database, with its socket."""
        return self.path / "pg"

    @property
    def lake(self) -> Path:
        """Exported events and snapshots."""
        return self.path / "lake"

    @property
    def files(self) -> Path:
        """Uploads, error files and reports."""
        return self.path / "files"

    @property
    def logs(self) -> Path:
        """Log files, the database's too."""
        return self.path / "logs"

    @property
    def key_file(self) -> Path:
        """File with the secret key; it also marks the folder as a home."""
        return self.path / "secret.key"

    def secret_key(self) -> str:
        """Return the installation's secret, the root of all signatures.

        Raises:
            HomeNotUsable: the file cannot be read or is empty.
        """
        try:
            key = self.key_file.read_text(encoding="ascii").strip()
        except OSError as error:
            raise HomeNotUsable(path=str(self.path), reason=error.strerror or str(error)) from error
        if not key:
            raise HomeNotUsable(path=str(self.path), reason=f"{self.key_file.name} is empty")
        return key


def home_path(environment: Mapping[str, str] | None = None) -> Path:
    """Return the folder that is or would be the home, absolute and without symbolic links.

    Args:
        environment: variables to read ``QUNYING_HOME`` from; those of the process by default.
    """
    named = (os.environ if environment is None else environment).get(HOME_VARIABLE, "").strip()
    path = Path(named).expanduser() if named else platformdirs.user_data_path("qunying", appauthor=False)
    return path.resolve()


def find_home(path: Path | None = None) -> Home:
    """Return the existing home, ``home_path()`` unless a path is given. Creates nothing.

    Raises:
        HomeNotFound: nothing was set up there.
        HomePathTooLong: the database socket would not fit.
    """
    home = Home((path or home_path()).resolve())
    try:
        exists = home.key_file.is_file()
    except OSError as error:
        raise HomeNotUsable(path=str(home.path), reason=error.strerror or str(error)) from error
    if not exists:
        raise HomeNotFound(path=str(home.path))
    _check_length(home.path)
    return home


def create_home(path: Path | None = None) -> Home:
    """Return the home, set up first where nothing is there yet. Safe to call from several processes.

    Only the commands run, import, simulate and migrate may call this.

    Raises:
        HomePathTooLong: the database socket would not fit; nothing was created.
        HomeNotUsable: a folder cannot be made or written.
    """
    home = Home((path or home_path()).resolve())
    _check_length(home.path)
    try:
        # As root the database runs as another user, who has to pass through.
        home.path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        for folder in (home.lake, home.files, home.logs):
            folder.mkdir(mode=0o700, exist_ok=True)
        if not home.key_file.exists():
            _write_key(home.key_file)
    except OSError as error:
        raise HomeNotUsable(path=str(home.path), reason=error.strerror or str(error)) from error
    return home


def _write_key(target: Path) -> None:
    """Write a new secret so that two processes at once end with the same one, never with half of one."""
    draft = target.with_name(f"{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            target.hardlink_to(draft)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _check_length(path: Path) -> None:
    limit = SOCKET_PATH_LIMIT - len(f"/pg/{SOCKET_NAME}")
    length = len(os.fsencode(path))
    if length > limit:
        raise HomePathTooLong(path=str(path), length=length, limit=limit)
