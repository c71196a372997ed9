"""Whatever may be allowed or refused has a name that people understand."""

from importlib import import_module
from pathlib import Path

from qunying.accounts.noun_names import NOUN_NAMES
from qunying.accounts.permission_names import PERMISSION_NAMES
from qunying.accounts.roles import PERMISSIONS
from qunying.kernel.actions import registry

PACKAGE = Path(__file__).parents[2] / "src" / "qunying"


def all_actions() -> set[str]:
    for path in sorted(PACKAGE.glob("*/actions/*.py")):
        import_module(f"qunying.{path.parts[-3]}.actions.{path.stem}")
    return {name for name, entry in registry.items() if ".tests." not in entry.function.__module__}


def test_every_permission_has_a_name() -> None:
    """Missing here? Add it to ``accounts/permission_names/``, with its Chinese."""
    granted = {one for held in PERMISSIONS.values() for one in held if "*" not in one}
    nameless = sorted((all_actions() | granted) - set(PERMISSION_NAMES))
    assert not nameless


def test_every_name_belongs_to_something() -> None:
    assert {name.split(".")[0] for name in PERMISSION_NAMES} <= set(NOUN_NAMES)
    verbs = {
        name for name in PERMISSION_NAMES if not name.split(".")[1].startswith(("view", "see_", "edit_"))
    }
    assert not sorted(verbs - all_actions())
