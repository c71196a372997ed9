"""``qunying moderation classify`` and ``train``: texts by themselves. They need no installation and no database, and start at once."""

import json as json_module
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from django.utils.translation import gettext_lazy as _

from qunying.engines.text_classifier import TextClassifier
from qunying.kernel.problems import Kind, Problem
from qunying.moderation.detection.model import read_classifier, shipped_classifier

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_CHUNK = 65_536


class UnreadableTexts(Problem):
    """A file of texts cannot be read."""

    code = "texts_unreadable"
    kind = Kind.NOT_FOUND
    message = _("Cannot read the file “{file}”.")


class UnfitClassifier(Problem):
    """A file is no classifier for this purpose."""

    code = "classifier_unfit"
    kind = Kind.INVALID
    message = _("“{file}” holds no classifier for ok, advertisement and abuse.")


class UnfitExamples(Problem):
    """The files do not hold what training needs."""

    code = "examples_unfit"
    kind = Kind.INVALID
    message = _("Cannot train on these files: {reason}.")


@app.command()
def classify(
    file: Annotated[str, typer.Argument(help="A file with one text per line, UTF-8; - for standard input.")],
    model: Annotated[
        Path | None, typer.Option(help="A classifier that “train” wrote, instead of the shipped one.")
    ] = None,
    json: Json = False,
) -> None:
    """Say for each line whether it is ok, an advertisement or abuse."""
    classifier = _classifier(model)
    with ExitStack() as opened:
        try:
            stream = sys.stdin.buffer if file == "-" else opened.enter_context(Path(file).open("rb"))
        except OSError as error:
            raise UnreadableTexts(file=file) from error
        for lines in _lines_as_they_come(stream, file):
            texts = [line.decode("utf-8", "replace") for line in lines]
            for text, scores in zip(texts, classifier.scores(texts).tolist(), strict=True):
                by_label = {
                    label: round(score, 4) for label, score in zip(classifier.labels, scores, strict=True)
                }
                label = max(by_label, key=by_label.__getitem__)
                as_json = json_module.dumps({"label": label, "scores": by_label}) if json else ""
                print(as_json or f"{label:<13} {by_label[label]:.2f}  {text[:100]}")  # noqa: T201 - the door's voice
            sys.stdout.flush()


@app.command()
def train(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="CSV files with columns label and text, perhaps gzipped. Before files whose labels are 0 and 1 say what 1 means: "
            "abuse=FILE, advertisement=FILE."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Where the classifier is written.")],
    check: Annotated[
        list[str] | None,
        typer.Option(help="Measure on this file afterwards; in the same form, may be repeated."),
    ] = None,
    fifth: Annotated[
        bool,
        typer.Option(
            "--fifth", help="Measure on the fixed fifth of those files only, by the hash of the text."
        ),
    ] = False,
    made_up: Annotated[bool, typer.Option(help="Learn from made-up advertisements and chatter too.")] = True,
    json: Json = False,
) -> None:
    """Train a classifier on labelled texts. The same files give the same classifier."""
    from qunying.kernel.terminal import answer
    from qunying.moderation.training.fitting import fit, measure
    from qunying.moderation.training.labelled import Labelled, UnreadableLabels, read_labelled

    def read(source: str) -> list[Labelled]:
        meaning, _sign, name = (
            source.rpartition("=") if source.startswith(("abuse=", "advertisement=")) else ("", "", source)
        )
        try:
            return list(read_labelled(Path(name), meaning or None))
        except (OSError, EOFError) as error:
            raise UnreadableTexts(file=name) from error
        except UnreadableLabels as error:
            raise UnfitExamples(reason=str(error)) from error

    try:
        classifier = fit([example for source in sources for example in read(source)], made_up=made_up)
    except ValueError as error:
        raise UnfitExamples(reason=str(error)) from error
    try:
        out.write_bytes(classifier.to_bytes())
    except OSError as error:
        raise UnreadableTexts(file=str(out)) from error
    checked = {
        source: [
            asdict(quality)
            for quality in measure(classifier, [e for e in read(source) if e.kept_back or not fifth])
        ]
        for source in check or ()
    }
    answer({"classifier": str(out), **classifier.notes, "checked": checked}, json=json)


def _classifier(model: Path | None) -> TextClassifier:
    try:
        return shipped_classifier() if model is None else read_classifier(model)
    except OSError as error:
        raise UnreadableTexts(file=str(model or error.filename)) from error
    except ValueError as error:
        raise UnfitClassifier(file=str(model or "QUNYING_TEXT_MODEL")) from error


def _lines_as_they_come(stream: BinaryIO, file: str) -> Iterator[list[bytes]]:
    """Yield the lines that are there, without their ends, as soon as they are: a pipe may stay open for long."""
    rest = bytearray()
    while True:
        try:
            chunk = stream.read1(_CHUNK)  # type: ignore[attr-defined]
        except OSError as error:
            raise UnreadableTexts(file=file) from error
        complete, end, begun = chunk.rpartition(b"\n")
        if end:
            lines = (bytes(rest) + complete).split(b"\n")
            rest.clear()
            yield [line.removesuffix(b"\r") for line in lines]
        rest += begun
        if not chunk:
            break
    if rest:
        yield [bytes(rest).removesuffix(b"\r")]
