"""Change how violations are answered, from now on."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.moderation.models import PolicyVersion
from qunying.moderation.policy import checked_policy


class PolicyUnchanged(Problem):
    """The policy is what it was."""

    code = "policy_unchanged"
    kind = Kind.CONFLICT
    message = _("Nothing has changed since the last version of the policy.")


@action
def publish_policy(
    *, command_id: str, actor: Actor, now: datetime, policy: dict[str, Any], change_note: str
) -> int:
    """Put a new version of the policy in force, and return its number. Penalties keep the version they were imposed by.

    Args:
        policy: see :class:`~qunying.moderation.policy.Policy`.
        change_note: what changed and why.

    Raises:
        PolicyInvalid: it contradicts itself, e.g. something graver would be answered more mildly.
        PolicyUnchanged, BadText.
    """
    values = checked_policy(policy).model_dump(mode="json")
    latest = PolicyVersion.objects.select_for_update().order_by("-number").first()
    if latest is not None and checked_policy(latest.policy).model_dump(mode="json") == values:
        raise PolicyUnchanged
    version = PolicyVersion.objects.create(
        number=latest.number + 1 if latest else 1,
        policy=values,
        change_note=checked_text(change_note, field="change_note", max_length=300),
        published_at=now,
        published_by=actor.key,
    )
    return version.number
