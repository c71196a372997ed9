"""Publish the catalogue as a new version of the community rules."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.moderation.models import RulesVersion
from qunying.moderation.rules_text import frozen_clauses


class RulesUnchanged(Problem):
    """The rules say what they said before."""

    code = "rules_unchanged"
    kind = Kind.CONFLICT
    message = _("Nothing has changed since the last version of the rules.")


@action
def publish_rules(
    *, command_id: str, actor: Actor, now: datetime, introduction: str, change_note: str
) -> int:
    """Freeze introduction and clauses as a new version, which members are asked to accept, and return its number.

    Raises:
        RulesUnchanged, BadText.
    """
    text = checked_text(introduction, field="introduction", max_length=5000, may_be_empty=True, lines=True)
    latest = RulesVersion.objects.select_for_update().order_by("-number").first()
    clauses = frozen_clauses()
    if latest is not None and latest.introduction == text and latest.clauses == clauses:
        raise RulesUnchanged
    version = RulesVersion.objects.create(
        number=latest.number + 1 if latest else 1,
        introduction=text,
        clauses=clauses,
        change_note=checked_text(change_note, field="change_note", max_length=300),
        published_at=now,
        published_by=actor.key,
    )
    return version.number
