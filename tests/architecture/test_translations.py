"""Every text that people see has its Chinese."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import unfold
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.utils.translation import gettext, override

PACKAGE = Path(__file__).parents[2] / "src" / "qunying"
NOUNS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())
FRAME_TEXT = re.compile(r"""{%\s*trans(?:late)?\s+(['"])(.+?)\1""")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!\{)\{\w+[^{}]*\}(?!\})")


def catalogue(noun: str) -> Catalog:
    path = PACKAGE / noun / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as text:
        return read_po(text, locale="zh_Hans")


Text = tuple[str, str]  # context, text


def used_texts(folder: Path) -> dict[str, set[Text]]:
    """The texts that code and templates of each noun mark for translation."""
    shutil.copytree(
        PACKAGE,
        folder / "all",
        ignore=shutil.ignore_patterns("locale", "tests", "migrations", "*.parquet", "__pycache__"),
    )
    (folder / "all" / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--add-location", "file"]
    subprocess.run(command, cwd=folder / "all", check=True, capture_output=True)
    used: dict[str, set[Text]] = {noun: set() for noun in NOUNS}
    with (folder / "all" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").open("rb") as text:
        for message in read_po(text):
            for file, _line in message.locations:
                used[Path(file).parts[0]].add(_key(message))
    return used


def _key(message: Message) -> Text:
    text = message.id[0] if isinstance(message.id, tuple) else message.id
    return str(message.context or ""), str(text)


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")
def test_every_text_is_translated(tmp_path: Path) -> None:
    used = used_texts(tmp_path)
    assert sum(map(len, used.values())) > 1_000
    missing = {noun: used[noun] - translated(noun) for noun in NOUNS}
    assert not {noun: texts for noun, texts in missing.items() if texts}


def translated(noun: str) -> set[Text]:
    """The texts of a noun that have their Chinese."""
    return {
        _key(message) for message in catalogue(noun) if message.id and message.string and not message.fuzzy
    }


@pytest.mark.parametrize("noun", NOUNS)
def test_translations_keep_their_placeholders(noun: str) -> None:
    for message in catalogue(noun):
        if not message.id or isinstance(message.id, tuple):
            continue
        assert set(PLACEHOLDER.findall(str(message.id))) == set(PLACEHOLDER.findall(str(message.string))), (
            message.id
        )


def frame_texts() -> set[str]:
    """The texts of the templates that the console's frame is made of."""
    root = Path(unfold.__file__).parent / "templates"
    parts = [
        *root.glob("unfold/**/*.html"),
        *root.glob("admin/[a-k]*.html"),
        *root.glob("admin/search_form.html"),
    ]
    ours = [part for part in parts if "login" not in part.name and "delete" not in part.name]
    return {text for part in ours for _quote, text in FRAME_TEXT.findall(part.read_text())}


def test_the_frame_speaks_chinese() -> None:
    """Unfold brings no catalogues. What Django's do not have is in ``shell/frame_words.py``."""
    with override("zh-hans"):
        missing = [text for text in frame_texts() if gettext(text) == text and re.search("[a-z]{3}", text)]
    assert not sorted(missing)


def test_one_text_has_one_translation() -> None:
    """All catalogues are one at run time: where two nouns differ, one of them would show the other's words.

    The remedy is a context: ``pgettext_lazy("plan", "rejected")``, ``{% translate "rejected" context "row" %}``.
    """
    seen: dict[Text, dict[str, str]] = {}
    for noun in NOUNS:
        for message in catalogue(noun):
            if message.id:
                seen.setdefault(_key(message), {})[noun] = str(message.string)
    disputed = [(text, words) for text, words in seen.items() if len(set(words.values())) > 1]
    assert not disputed


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="gettext is not installed")
@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.po")), ids=lambda path: path.parts[-5])
def test_gettext_finds_nothing_to_complain_of(path: Path) -> None:
    """Formats agree and the header is filled in (copy it from another catalogue)."""
    checked = subprocess.run(
        ["msgfmt", "--check", "--output-file", "/dev/null", path], capture_output=True, text=True, check=False
    )
    assert not checked.stderr
