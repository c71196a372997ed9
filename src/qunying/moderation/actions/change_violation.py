"""Write or change a kind of violation of the catalogue."""

import re
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.engines.penalty_ladder import SEVERITIES
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.moderation.catalogue import ViolationClass, find_shipped
from qunying.moderation.models import Violation

_CODE = re.compile(r"[a-z][a-z0-9_]{2,39}")


class BadViolation(Problem):
    """A field of the violation is not possible."""

    code = "bad_violation"
    kind = Kind.INVALID
    message = _("“{value}” is not possible for “{field}”.")


@action
def change_violation(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    code: str,
    violation_class: str,
    severity: int,
    title: str = "",
    clause: str = "",
    is_active: bool = True,
) -> bool:
    """Write a kind of violation, a new one when the code is new; members see it once the rules are published.

    Args:
        code: small letters, digits and ``_``.
        violation_class: one of the nine classes; that of a shipped kind cannot change.
        severity: 1 (slight) to 5 (gravest).
        title, clause: own words; empty means those that are shipped.

    Returns:
        Whether it is a new one.

    Raises:
        BadViolation, BadText.
    """
    shipped = find_shipped(code)
    known = Violation.objects.select_for_update().filter(pk=code[:40]).first()
    if not _CODE.fullmatch(code):
        raise BadViolation(field="code", value=code[:50])
    if violation_class not in ViolationClass.values or (
        shipped is not None and known is not None and known.violation_class != violation_class
    ):
        raise BadViolation(field="violation_class", value=violation_class[:50])
    if severity not in SEVERITIES:
        raise BadViolation(field="severity", value=severity)
    words = {
        "own_title": checked_text(title, field="title", max_length=60, may_be_empty=shipped is not None),
        "own_clause": checked_text(clause, field="clause", max_length=300, may_be_empty=shipped is not None),
    }
    Violation.objects.update_or_create(
        code=code,
        defaults={
            **words,
            "violation_class": violation_class,
            "severity": severity,
            "is_active": is_active,
        },
        create_defaults={
            **words,
            "violation_class": violation_class,
            "severity": severity,
            "is_active": is_active,
            "position": 1000,
        },
    )
    return known is None
