"""The page of event names, made from what is declared: ``python -m qunying.stream.describe_events > docs/events.md``."""

from django.utils import translation

from qunying.stream.events import OUTSIDE_WORDS, OWN_WORDS, EventType

_HEAD = """# Events

Everything that happens is an event: a name (noun and past verb in lower_snake, at most 64 characters), a time, whom it
concerns, and what it is about. Amounts are integer minor units with their currency; refunds are negative; properties
are text by text. This page is made from the code: `python -m qunying.stream.describe_events > docs/events.md`.

## Reporting events

`POST /api/v1/events` with a key that may `intake.ingest_events`:

```json
{"source": "shop",
 "events": [{"source_event_id": "4711", "name": "product_viewed", "occurred_at": "2026-03-05T12:00:00+08:00",
             "identity": {"type": "phone", "value": "13800000000"}, "product": "85123A",
             "properties": {"page": "home"}}]}
```

- At most 500 events and 1 MB a batch (413 above), 32 KB an event. 429 with `Retry-After` while readers are far behind.
- The key `(source, source_event_id)` counts once: again with the same body it is `duplicate`, with another body it is
  set aside. 200 means that everything called `stored` is committed. `Idempotency-Key` repeats the whole answer.
- Who: `member_id`, or an `identity` that a member has, or an `anonymous_id` (a device that may become a member), or
  nobody. An identity that nobody has yet is set aside and can be replayed once the member exists.
- What cannot be taken is `quarantined` with its reason: `bad_shape`, `too_large`, `too_old` (over 13 months: import it
  as a file), `from_the_future`, `reserved_name`, `unknown_member`, `unknown_identity`, `same_key_other_body`. List them
  at `GET /api/v1/events/quarantined`, try them again with `POST /api/v1/events/quarantined/replay`.
- History that is loaded later says `"backfill": true`: it starts no reaction.
- Any name of the right form is welcome, the standard ones below are understood best. Names that begin with one of these
  words are the platform's own and cannot be reported: {own_words}. `{outside_words}_…` names are open: a shop reports its
  orders either here or as files, not both, or they count twice.
"""


def describe_events() -> str:
    """Return the page as Markdown."""
    with translation.override("en"):
        head = _HEAD.replace("{own_words}", ", ".join(sorted(OWN_WORDS))).replace(
            "{outside_words}", ", ".join(sorted(OUTSIDE_WORDS))
        )
        return f"{head}\n## Standard names\n\n{_table()}"


def _table() -> str:
    rows = ["| name | means | properties |", "|---|---|---|"]
    for name, known in sorted(EventType.known.items()):
        if known.outside:
            properties = "; ".join(f"`{key}`: {says}" for key, says in known.properties.items())
            rows.append(f"| `{name}` | {known.title} | {properties} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    import django

    django.setup()
    from qunying.stream.describe_events import describe_events as describe

    print(describe(), end="")  # noqa: T201 - made for a file
