"""What messages of communities have against them, by themselves and beside what was said lately."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qunying.communities.queries.list_messages import list_messages
from qunying.moderation.detection import Detector, Finding, Post, Rules, screen_behaviour, screen_texts

PAGES, PAGE_SIZE = 10, 200  # of what was said lately, at most
NEWS = timedelta(days=1)  # older messages are history: nobody is called to account for an import
_TRUSTED_ROLES = {"owner", "admin"}
_FOR_EVERYBODY: set[Detector] = {"word", "abuse"}


def screen_arrived(messages: Sequence[Any], rules: Rules, now: datetime) -> dict[UUID, list[Finding]]:
    """Return the findings about messages, and about earlier ones that turn out to belong to a ring.

    Deleted messages, notices, robots and history are left out. Owners and administrators of a community speak for the brand: they may
    advertise and repeat themselves.

    Args:
        messages: in order of arrival, with author.
        rules: to screen by.
        now: the instant.
    """
    fresh = {message.pk: message for message in messages if _is_news(message, now)}
    if not fresh:
        return {}
    earlier = {pk: message for pk, message in _said_lately(now).items() if pk not in fresh}
    both = sorted([*earlier.values(), *fresh.values()], key=lambda message: (message.sent_at, message.pk))
    single = dict(zip(fresh, screen_texts([message.text for message in fresh.values()], rules), strict=True))
    signs = replace(rules, abuse_from=None)
    suspicious = screen_texts([message.text for message in both], signs)
    posts = [
        Post(message.text, _author_of(message), message.sent_at, bool(found))
        for message, found in zip(both, suspicious, strict=True)
    ]
    findings: dict[UUID, list[Finding]] = {}
    for message, together in zip(both, screen_behaviour(posts, rules), strict=True):
        news = message.pk in fresh
        kept = [
            finding
            for finding in [*single.get(message.pk, ()), *together]
            if (news or finding.detector == "ring") and _counts(finding, message)
        ]
        if kept:
            findings[message.pk] = kept
    return findings


def _said_lately(now: datetime) -> Mapping[UUID, Any]:
    found: dict[UUID, Any] = {}
    cursor: str | None = None
    for _page in range(PAGES):
        page = list_messages(cursor=cursor, size=PAGE_SIZE)
        found |= {message.pk: message for message in page.rows if _is_news(message, now)}
        cursor = page.next_cursor
        if cursor is None or page.rows[-1].sent_at < now - NEWS:
            break
    return found


def _is_news(message: Any, now: datetime) -> bool:
    return (
        message.deleted_at is None
        and message.kind != "system"
        and not message.from_robot
        and bool(message.text)
        and now - NEWS <= message.sent_at
    )


def _counts(finding: Finding, message: Any) -> bool:
    trusted = message.author is not None and message.author.role in _TRUSTED_ROLES
    return finding.detector in _FOR_EVERYBODY or not trusted


def _author_of(message: Any) -> str | None:
    if message.author is None:
        return message.author_name or None
    return str(message.author.member_id or message.author.platform_user_id)
