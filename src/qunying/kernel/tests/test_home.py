"""The home folder: where it is, who may make it, what is in it."""

import os
import stat
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qunying.kernel import home as home_module
from qunying.kernel.home import (
    HomeNotFound,
    HomeNotUsable,
    HomePathTooLong,
    create_home,
    find_home,
    home_path,
)


def test_the_variable_names_the_home(tmp_path: Path) -> None:
    assert home_path({"QUNYING_HOME": str(tmp_path / "here")}) == tmp_path / "here"


def test_a_relative_name_counts_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert home_path({"QUNYING_HOME": "var"}) == tmp_path / "var"


def test_without_the_variable_it_is_a_folder_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    assert home_path({}).name == "qunying"
    assert home_path({"QUNYING_HOME": "  "}) == home_path({})


def test_looking_creates_nothing_and_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(HomeNotFound) as caught:
        find_home(tmp_path / "nothing")
    assert str(tmp_path / "nothing") in str(caught.value)
    assert not (tmp_path / "nothing").exists()


def test_a_created_home_is_found_and_closed_to_others() -> None:
    with tempfile.TemporaryDirectory(prefix="qy-", dir="/tmp") as folder:
        created = create_home(Path(folder, "deep", "home"))
        assert find_home(created.path) == created
        for path in (created.lake, created.files, created.logs):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert stat.S_IMODE(created.key_file.stat().st_mode) == 0o600
        assert stat.S_IMODE(created.path.stat().st_mode) & 0o066 == 0
        assert len(created.secret_key()) >= 64


def test_the_secret_stays_when_the_home_is_created_again() -> None:
    with tempfile.TemporaryDirectory(prefix="qy-", dir="/tmp") as folder:
        first = create_home(Path(folder)).secret_key()
        assert create_home(Path(folder)).secret_key() == first


def test_many_at_once_agree_on_one_secret() -> None:
    with tempfile.TemporaryDirectory(prefix="qy-", dir="/tmp") as folder, ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: create_home(Path(folder)).secret_key(), range(32)))
        assert len(secrets) == 1
        assert sorted(path.name for path in Path(folder).iterdir()) == ["files", "lake", "logs", "secret.key"]


def test_an_empty_secret_is_refused() -> None:
    with tempfile.TemporaryDirectory(prefix="qy-", dir="/tmp") as folder:
        created = create_home(Path(folder))
        created.key_file.write_text("")
        with pytest.raises(HomeNotUsable):
            created.secret_key()


def test_a_path_too_long_for_the_socket_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    limit = home_module.SOCKET_PATH_LIMIT - len("/pg/.s.PGSQL.5432")
    longest = Path("/tmp") / ("q" * (limit - len("/tmp/")))
    home_module._check_length(longest)
    too_long = longest.with_name(longest.name + "q")
    with pytest.raises(HomePathTooLong) as caught:
        create_home(too_long)
    assert str(limit) in str(caught.value)
    assert not too_long.exists()


def test_bytes_count_not_characters() -> None:
    with pytest.raises(HomePathTooLong):
        create_home(Path("/tmp") / ("群" * 30))


def test_a_file_in_the_way_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeNotUsable) as caught:
        create_home(tmp_path / "file")
    assert os.fspath(tmp_path / "file") in str(caught.value)
