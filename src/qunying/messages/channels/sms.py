"""Text messages through any provider that takes them over HTTP: its field names are settings, so that no provider is built in.

``fields`` says what is sent, written as a query: ``mobile={phone}&content={text}&apikey={secret}``. ``{phone}``, ``{text}``, ``{id}``
(the same in every attempt of one message) and ``{secret}`` are filled in; ``authorization`` likewise, as a header.
"""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from qunying.kernel import outgoing
from qunying.kernel.sealing import unseal
from qunying.messages.channels.http_outcomes import outcome_of
from qunying.messages.models import Channel
from qunying.messages.sending.outcomes import Accepted, Call, NoAnswer, Outcome, Rejected

TYPES = {
    "json": "application/json; charset=utf-8",
    "form": "application/x-www-form-urlencoded; charset=utf-8",
}


def call_sms(channel: Channel, call: Call) -> Outcome:
    """Send one text message; the template says all that it reads, a subject has no place in it."""
    known = {
        "{phone}": call.address,
        "{text}": call.body,
        "{id}": call.dedupe_key,
        "{secret}": unseal(channel.sealed_secret),
    }
    form = str(channel.settings.get("format", "json"))
    headers = {"Content-Type": TYPES[form]}
    if authorization := str(channel.settings.get("authorization", "")):
        headers["Authorization"] = _filled(authorization, known)
    body = body_of(str(channel.settings["fields"]), form, known)
    answer = outgoing.send("POST", channel.settings["url"], headers=headers, body=body)
    outcome = outcome_of(answer)
    wanted = str(channel.settings.get("accepted", ""))
    if wanted and isinstance(outcome, Accepted) and isinstance(answer, outgoing.Answered):
        return _judged(answer.body, wanted)
    return outcome


def body_of(fields: str, form: str, known: Mapping[str, str]) -> bytes:
    """Return the body of a request: the fields with what is known filled in, as JSON or as a form."""
    pairs = [(name, _filled(value, known)) for name, value in fields_in(fields)]
    return (json.dumps(dict(pairs), ensure_ascii=False) if form == "json" else urlencode(pairs)).encode()


def fields_in(text: str) -> list[tuple[str, str]]:
    """Return the fields that a setting names, each with its pattern.

    Raises:
        ValueError: when it is not written as a query.
    """
    return parse_qsl(text, keep_blank_values=True, strict_parsing=True)


def _filled(pattern: str, known: Mapping[str, str]) -> str:
    """Return a pattern with what is known in its places; what is filled in is not looked at again."""
    found, rest = "", pattern
    while rest:
        first = min((name for name in known if name in rest), key=rest.index, default=None)
        if first is None:
            return found + rest
        before, _name, rest = rest.partition(first)
        found += before + known[first]
    return found


def _judged(body: bytes, wanted: str) -> Outcome:
    """Return what the answer's own code says, e.g. ``code=0`` or ``result.status=OK``."""
    path, _sign, value = wanted.partition("=")
    try:
        told = json.loads(body)
        for name in path.split("."):
            told = told[name]
    except (ValueError, KeyError, TypeError):
        return NoAnswer("an answer that does not say what became of it")
    shown = json.dumps(told) if isinstance(told, bool | None) else str(told)
    detail = f"{path}={shown[:200]}"
    return Accepted(detail) if shown == value else Rejected(detail)
