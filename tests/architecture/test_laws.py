"""The laws of the house that no linter knows. Each is shown to catch a planted violation."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models

from qunying.kernel import actions
from qunying.shell.nouns import noun_packages

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "qunying"
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "service", "services", "manager", "managers", "handler",
    "handlers", "misc", "data", "info"}  # fmt: skip
ROOMS = {
    "models",
    "actions",
    "queries",
    "events",
    "doors",
    "templates",
    "static",
    "migrations",
    "tests",
    "locale",
    "apps",
}


def sources() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def long_functions(text: str, limit: int = 60) -> list[str]:
    tree = ast.parse(text)
    return [f.name for f in functions(tree) if (f.end_lineno or f.lineno) - f.lineno + 1 > limit]


def vague(path: Path) -> bool:
    return path.stem in VAGUE_NAMES or path.stem.endswith("_v2")


def clock_calls(text: str) -> list[int]:
    """Lines that ask a clock: actions, queries and engines are told the time."""
    pattern = re.compile(r"\b(clock\.now\(|datetime\.now\(|date\.today\(|timezone\.now\(|time\.time\()")
    return [number for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def own_calendars(text: str) -> list[str]:
    """Date and time inputs that a form makes by itself: they would write days in the words of the reader's language, which no
    browser takes for a day, and the field would be empty.
    """
    return re.findall(r'"type": "(?:date|time|datetime-local)"', text)


def foreign_rooms(path: Path, text: str) -> list[str]:
    """Imports of another noun's models or doors."""
    own = path.relative_to(PACKAGE).parts[0]
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qunying."):
            parts = (node.module or "").split(".")
            names = parts[2:] or [alias.name for alias in node.names]
            if (
                parts[1] not in {own, "kernel", "stream", "engines"}
                and names
                and names[0] in {"models", "doors"}
            ):
                found.append(f"{path.relative_to(PACKAGE)}:{node.lineno} {node.module}")
    return found


def test_functions_are_at_most_sixty_lines() -> None:
    assert long_functions("def f():\n" + "    x = 1\n" * 60) == ["f"]
    found = {
        str(path.relative_to(ROOT)): names
        for path in sources()
        if (names := long_functions(path.read_text()))
    }
    assert not found


def test_files_are_short() -> None:
    limits = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := path.read_text().count("\n"))
        > (150 if path.parent.name == "actions" and path.parent.parent.parent == PACKAGE else 400)
    }
    assert not limits


def test_module_names_say_something() -> None:
    assert vague(Path("utils.py"))
    assert vague(Path("claims_v2.py"))
    backend = (
        PACKAGE / "kernel" / "database" / "base.py"
    )  # Django looks for a database's backend under this name
    assert not [str(path) for path in sources() if vague(path) and path != backend]


def test_an_action_file_holds_the_action_of_its_name() -> None:
    for path in PACKAGE.glob("*/actions/*.py"):
        if path.stem == "__init__":
            continue
        names = [node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
        assert path.stem in names, path


def test_actions_take_command_actor_and_time() -> None:
    for package in noun_packages():
        for path in (PACKAGE / package.split(".")[1] / "actions").glob("[a-z]*.py"):
            __import__(f"{package}.actions.{path.stem}")
    assert actions.registry
    for entry in actions.registry.values():
        parameters = actions.action_parameters(entry.id).parameters
        assert list(parameters)[:3] == ["command_id", "actor", "now"], entry.id
        assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters.values()), entry.id


def test_nothing_below_the_doors_asks_a_clock() -> None:
    assert clock_calls("x = datetime.now(UTC)\n") == [1]
    rooms = [*PACKAGE.glob("*/actions/*.py"), *PACKAGE.glob("*/queries/*.py"), *PACKAGE.glob("engines/*.py")]
    assert not {str(path): lines for path in rooms if (lines := clock_calls(path.read_text()))}


def test_models_and_doors_of_another_noun_are_not_imported() -> None:
    planted = "from qunying.rewards.models import Coupon\n"
    assert foreign_rooms(PACKAGE / "campaigns" / "actions" / "launch.py", planted)
    found = [
        line
        for path in sources()
        if path.relative_to(PACKAGE).parts[0] != "shell" and "tests" not in path.parts
        for line in foreign_rooms(path, path.read_text())
    ]
    assert not found


def test_there_is_no_second_way_to_write() -> None:
    """The framework's own forms would change rows without an action, its audit and its permission."""
    assert not admin.site._registry


def test_calendars_are_those_of_the_kernel() -> None:
    assert own_calendars('forms.DateInput(attrs={"type": "date"})')
    assert not [str(path) for path in sources() if own_calendars(path.read_text())]


def test_foreign_keys_protect_what_they_point_at() -> None:
    for model in apps.get_models():
        if not model.__module__.startswith("qunying.") or model.__name__.endswith("Event"):
            continue
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                assert field.remote_field.on_delete is models.PROTECT, f"{model.__name__}.{field.name}"


def test_migrations_are_in_step(capsys: pytest.CaptureFixture[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run"],
        capture_output=True,
        text=True,
        check=False,
        env={**__import__("os").environ, "DJANGO_SETTINGS_MODULE": "qunying.shell.settings"},
    )
    assert result.returncode == 0, result.stdout


def test_no_file_names_a_registry() -> None:
    pattern = re.compile(r"https?://[a-z0-9.-]*(pypi|pythonhosted|npmjs|debian\.org)", re.IGNORECASE)
    tracked = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False
    ).stdout.split()
    texts = [
        ROOT / name
        for name in tracked
        if Path(name).suffix in {".py", ".md", ".toml", ".lock", ".html", ".js", ""}
    ]
    assert not [
        str(path) for path in texts if path.is_file() and pattern.search(path.read_text(errors="ignore"))
    ]
