"""Build step: compile every translation catalogue (``.po``) to what Python reads at run time (``.mo``)."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path(__file__).parent / "src"


def compile_translations(source: Path = SOURCE) -> int:
    """Compile all catalogues below a folder and return how many there were."""
    catalogues = sorted(source.rglob("locale/*/LC_MESSAGES/*.po"))
    for path in catalogues:
        with path.open("rb") as text:
            catalogue = read_po(text, locale=path.parts[-3])
        with path.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalogue)
    return len(catalogues)


class TranslationsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before a wheel (also an editable one) is built."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile, so that the wheel carries the result."""
        compile_translations()


if __name__ == "__main__":
    compile_translations()
