"""``qunying segments``: rules tried out, segments listed and refreshed."""

import json as json_module
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.terminal import answer
from qunying.segments.actions.refresh_scores import refresh_scores
from qunying.segments.actions.refresh_segment import refresh_segment
from qunying.segments.queries.check_rule import check_rule
from qunying.segments.queries.evaluate_rule import evaluate_segment
from qunying.segments.queries.get_segment import get_segment_by_slug
from qunying.segments.queries.list_segments import list_segments
from qunying.segments.queries.preview_rule import preview_rule
from qunying.segments.rules.reading import read_rule_text, rule_schema
from qunying.segments.rules.windows import instant_of

app = typer.Typer(no_args_is_help=True, help="Segments: rules tried out, listed, refreshed.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
AsOf = Annotated[
    str | None,
    typer.Option(help="Look back from the end of this local day (2011-12-01), or from an ISO instant."),
]


class BadInstant(Problem):
    """Neither a day nor an instant."""

    code = "bad_instant"
    kind = Kind.INVALID
    message = _(
        "“{text}” is neither a day such as 2011-12-01 nor an instant such as 2011-12-01T18:00:00+08:00."
    )


class NoSuchFile(Problem):
    """The rule's file cannot be read."""

    code = "rule_file_unreadable"
    kind = Kind.NOT_FOUND
    message = _("Cannot read the file “{file}”.")


@app.command()
def preview(
    file: Annotated[str, typer.Argument(help="A file with a rule as JSON; - for standard input.")],
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Count the members that fulfil a rule."""
    rule = read_rule_text(_text_of(file))
    check_rule(rule)
    found = preview_rule(rule, _instant(as_of))
    sample = [str(member.member_id) for member in found.sample]
    answer(
        {"count": found.count, "as_of": found.as_of, "seconds": found.seconds, "sample": sample}, json=json
    )


@app.command("list")
def list_command(json: Json = False) -> None:
    """List the segments in use."""
    fields = ("slug", "name", "kind", "rule_version", "count", "refreshed_as_of")
    rows = [{field: getattr(segment, field) for field in fields} for segment in list_segments()]
    answer({"segments": rows}, json=json)


@app.command()
def members(slug: str, as_of: AsOf = None, json: Json = False) -> None:
    """Print the ids of a segment's members at an instant."""
    instant = _instant(as_of)
    found = evaluate_segment(get_segment_by_slug(slug).id, instant)
    ids = [str(member_id) for member_id in found]
    answer({"segment": slug, "as_of": instant, "count": len(ids), "members": ids}, json=json)


@app.command()
def refresh(
    slugs: Annotated[
        list[str] | None, typer.Argument(help="Short names; all segments when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Score everybody, and find the members of segments anew."""
    now, actor = clock.now(), actors.system("command_line")
    segments = [get_segment_by_slug(slug) for slug in slugs] if slugs else list(list_segments())
    scores = refresh_scores(command_id=str(new_id()), actor=actor, now=now)
    refreshed = [
        {
            "slug": segment.slug,
            **asdict(refresh_segment(command_id=str(new_id()), actor=actor, now=now, segment_id=segment.id)),
        }
        for segment in segments
    ]
    answer({"scores": asdict(scores), "segments": refreshed}, json=json)


@app.command()
def schema(json: Json = False) -> None:
    """Print the JSON Schema of rules."""
    if json:
        answer({"schema": rule_schema()}, json=True)
        return
    print(json_module.dumps(rule_schema(), indent=2, ensure_ascii=False))


def _text_of(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NoSuchFile(file=file) from error


def _instant(text: str | None) -> datetime:
    if text is None:
        return get_analysis_time(clock.now())
    try:
        return instant_of(text, get_brand().zone)
    except (ValueError, OverflowError) as error:
        raise BadInstant(text=text[:60]) from error
