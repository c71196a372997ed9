"""The rules as members read them: clauses numbered by class, frozen in both languages when they are published."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from qunying.kernel.problems import Kind, Problem
from qunying.moderation.catalogue import ViolationClass
from qunying.moderation.models import RulesAcceptance, RulesVersion, Violation
from qunying.moderation.models.rules import in_reader_language
from qunying.moderation.people import own_ids


class RulesNotFound(Problem):
    """There is no such version of the rules."""

    code = "rules_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such version of the rules.")


def frozen_clauses() -> list[dict[str, Any]]:
    """Return the clauses of the catalogue as it is now: ``1.2`` is the second kind of the first class."""
    kinds: dict[str, list[Violation]] = {}
    for violation in Violation.objects.filter(is_active=True).order_by("position", "code"):
        kinds.setdefault(violation.violation_class, []).append(violation)
    return [
        _clause(f"{place}.{number}", violation)
        for place, violation_class in enumerate(ViolationClass, 1)
        for number, violation in enumerate(kinds.get(violation_class, []), 1)
    ]


def _clause(number: str, violation: Violation) -> dict[str, Any]:
    return {
        "number": number,
        "violation": violation.code,
        "class": _by_language(violation.get_violation_class_display),
        "title": _by_language(lambda: violation.title),
        "text": _by_language(lambda: violation.clause),
    }


def _by_language(text: Callable[[], str]) -> dict[str, str]:
    texts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts[language] = str(text())
    return texts


def chapters(version: RulesVersion) -> list[tuple[str, list[Mapping[str, str]]]]:
    """Return a version's clauses by class, in the reader's language: ``[(class, [{number, title, text}])]``."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for clause in version.clauses:
        words = {
            "number": clause["number"],
            "violation": clause["violation"],
            "title": in_reader_language(clause["title"]),
            "text": in_reader_language(clause["text"]),
        }
        found.setdefault(in_reader_language(clause["class"]), []).append(words)
    return list(found.items())


def clause_title(version: RulesVersion, number: str) -> str:
    """Return the title of a clause in the reader's language, or an empty text."""
    clause = next((clause for clause in version.clauses if clause["number"] == number), None)
    return in_reader_language(clause["title"]) if clause else ""


def get_rules_version(number: int | None = None) -> RulesVersion:
    """Return a version of the rules, by default the one in force.

    Raises:
        RulesNotFound: when there is none of this number.
    """
    found = RulesVersion.objects.order_by("-number")
    version = (found.filter(number=number) if number is not None else found).first()
    if version is None:
        raise RulesNotFound
    return version


def has_accepted(member_id: UUID, version: RulesVersion) -> datetime | None:
    """Return when a person accepted a version, with any of their merged accounts."""
    accepted = RulesAcceptance.objects.filter(member__in=own_ids(member_id), version=version)
    return accepted.order_by("accepted_at").values_list("accepted_at", flat=True).first()
