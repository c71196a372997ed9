"""Shared by all tests: a throw-away PostgreSQL, the real data when it is there, a cast of actors."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """Start one server for the whole run; the workers inherit its address."""
    os.environ.setdefault("QUNYING_SECRET_KEY", "for tests only, not a secret of anything")
    os.environ.setdefault("QUNYING_ALLOW_PRIVATE_ADDRESSES", "1")
    if hasattr(config, "workerinput") or os.environ.get("DATABASE_URL"):
        return
    if config.option.collectonly:
        return
    import tempfile

    from qunying.kernel import embedded

    folder = Path(tempfile.mkdtemp(prefix="qy-test-", dir="/tmp"))
    os.environ["QUNYING_HOME"] = str(folder)
    os.environ["DATABASE_URL"] = embedded.start_for_tests(folder / "pg")
    config.add_cleanup(lambda: embedded.stop_for_tests(folder / "pg"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; the test is skipped where there is none."""
    folder = Path(os.environ.get("QUNYING_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}")
    return folder


@pytest.fixture
def home(tmp_path: Path, settings: object) -> Iterator[Path]:
    """A home folder of its own for files and lake."""
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    settings.FILES_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    yield tmp_path
