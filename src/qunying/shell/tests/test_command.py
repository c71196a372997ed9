"""What the command line says when something cannot be done."""

import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.db import OperationalError

from qunying.kernel.home import Home
from qunying.shell import command


def _fail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr(sys, "argv", ["qunying", "audit"])
    monkeypatch.setattr(
        "qunying.shell.installation.open_installation", lambda **_: nullcontext(Home(tmp_path))
    )
    monkeypatch.setattr("qunying.shell.command_tree.command_tree", lambda _noun: broken)
    command.main()


def test_a_full_disk_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    error = OperationalError("could not extend file: No space left on device\nHINT:  Check free disk space.")
    with pytest.raises(SystemExit) as ended:
        _fail(monkeypatch, tmp_path, error)
    assert ended.value.code == 8
    told = capsys.readouterr().err
    assert told.startswith("database_away: The database does not answer")
    assert told.endswith("(could not extend file: No space left on device)\n")


def test_a_defect_of_ours_crashes_loudly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail(monkeypatch, tmp_path, ZeroDivisionError())
