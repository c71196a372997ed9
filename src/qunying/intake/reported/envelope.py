"""The envelope of reported events: size first, then form; nonsense is refused with its place."""

import json
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from qunying.intake.actions.ingest_events import MAX_EVENTS
from qunying.intake.reported.shape import ReportedEvent
from qunying.kernel.problems import Kind, Problem
from qunying.stream.record import OWN_SOURCE

MAX_BODY_BYTES = 1_000_000
MAX_DIGITS = 25
SOURCE_PATTERN = "^[a-z][a-z0-9_.-]{0,63}$"


class BodyTooLarge(Problem):
    """The body is larger than a batch may be."""

    code = "body_too_large"
    kind = Kind.INVALID
    message = _("A batch may have at most {most} bytes. Send fewer events at once.")


class BadBatch(Problem):
    """The body is not a batch of events."""

    code = "bad_batch"
    kind = Kind.INVALID
    message = _("The body is not a batch of events: {detail}")


class EventBatch(BaseModel):
    """What is sent to ``POST /api/v1/events``."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str, StringConstraints(pattern=SOURCE_PATTERN)] = Field(
        description="The reporting system; with source_event_id it is the key by which an event counts once."
    )
    events: Annotated[list[ReportedEvent], Field(min_length=1, max_length=MAX_EVENTS)]


class _Envelope(BaseModel):
    """The batch with its events unread: each is judged by itself."""

    model_config = ConfigDict(extra="forbid", strict=True)

    source: Annotated[str, StringConstraints(pattern=SOURCE_PATTERN)]
    events: Annotated[list[Any], Field(min_length=1, max_length=MAX_EVENTS)]


def batch_schema() -> dict[str, Any]:
    """Return the JSON schema of a batch without references, for the API's description."""
    schema = EventBatch.model_json_schema()
    definitions = schema.pop("$defs", {})

    def resolved(part: Any) -> Any:
        if isinstance(part, list):
            return [resolved(item) for item in part]
        if not isinstance(part, dict):
            return part
        whole = {**definitions[part["$ref"].rsplit("/", 1)[1]], **part} if "$ref" in part else part
        return {name: resolved(value) for name, value in whole.items() if name != "$ref"}

    batch = dict(resolved(schema))
    # A batch is not refused for one event: what does not fit is answered with its reason.
    items = batch["properties"]["events"]["items"]
    batch["properties"]["events"]["items"] = {
        "anyOf": [items, {"description": "Set aside, with its reason."}]
    }
    return batch


def read_envelope(request: HttpRequest) -> tuple[str, list[str]]:
    """Return source and events of a request, each event as JSON text in one spelling.

    Raises:
        BodyTooLarge: above 1 MB.
        BadBatch: when the body is not JSON or not a batch.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit() or int(length) > MAX_BODY_BYTES:
        raise BodyTooLarge(most=MAX_BODY_BYTES)
    try:
        batch = json.loads(request.body, parse_int=_bounded_integer, parse_constant=str)
    except (ValueError, RecursionError) as error:
        detail = "it is nested too deeply" if isinstance(error, RecursionError) else "it is not JSON in UTF-8"
        raise BadBatch(detail=detail) from None
    try:
        envelope = _Envelope.model_validate(batch)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadBatch(detail=f"{place}: {first['msg']}"[:300]) from None
    if envelope.source == OWN_SOURCE:
        raise BadBatch(detail=f"source: “{OWN_SOURCE}” is the platform itself")
    return envelope.source, [_one_spelling(event) for event in envelope.events]


def source_event_id_of(text: str) -> str | None:
    """Return the sender's key of an event, readable or not, so that each answer can be matched."""
    event = json.loads(text, parse_int=_bounded_integer, parse_constant=str)
    key = event.get("source_event_id") if isinstance(event, dict) else None
    return key if isinstance(key, str) else None


def _one_spelling(event: Any) -> str:
    return json.dumps(event, sort_keys=True, separators=(",", ":"))


def _bounded_integer(digits: str) -> int | str:
    """No event needs more digits than this; longer ones stay text and are refused as such."""
    return int(digits) if len(digits) <= MAX_DIGITS else digits
