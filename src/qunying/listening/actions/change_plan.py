"""Change the plan for a kind of crisis."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.listening.models import CrisisPlan
from qunying.listening.people import checked_person
from qunying.listening.plans import PreparedText, Step, get_plan

MOST_STEPS, MOST_TEXTS = 30, 20
LONGEST_MINUTES = 90 * 24 * 60


class BadPlan(Problem):
    """The plan has too much of something, or an impossible time."""

    code = "bad_crisis_plan"
    kind = Kind.INVALID
    message = _("A plan has at most 30 steps within 90 days, and at most 20 texts.")


@action
def change_plan(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    kind: str,
    steps: list[Step],
    texts: list[PreparedText],
    contacts: str = "",
    person_id: UUID | None = None,
) -> None:
    """Write the plan for a kind of crisis. Running crises keep theirs.

    Args:
        kind: which kind.
        steps: in their order, with the minutes from the opening; none for those that are shipped.
        texts: prepared texts; none for those that are shipped.
        contacts: whom to call, in any form.
        person_id: who is in charge unless somebody else is named.

    Raises:
        PlanNotFound, PersonNotFound, BadPlan, BadText.
    """
    plan = get_plan(kind)
    if len(steps) > MOST_STEPS or len(texts) > MOST_TEXTS:
        raise BadPlan
    if any(not 0 <= step.minutes <= LONGEST_MINUTES for step in steps):
        raise BadPlan
    fields: dict[str, Any] = {
        "own_steps": [
            {"title": checked_text(step.title, field="title", max_length=200), "minutes": step.minutes}
            for step in steps
        ],
        "own_texts": [
            {
                "name": checked_text(text.name, field="name", max_length=60),
                "text": checked_text(text.text, field="text", max_length=2000, lines=True),
            }
            for text in texts
        ],
        "contacts": checked_text(contacts, field="contacts", max_length=2000, may_be_empty=True, lines=True),
        "person_id": checked_person(person_id),
        "changed_at": now,
    }
    CrisisPlan.objects.update_or_create(kind=plan.kind, defaults=fields)
