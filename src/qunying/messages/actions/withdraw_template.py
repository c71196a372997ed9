"""Take a template out of use, together with everything planned with it."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.messages.actions.create_template import TemplateWritten
from qunying.messages.models import Template
from qunying.messages.queries.get_template import TemplateNotFound


@action
def withdraw_template(*, command_id: str, actor: Actor, now: datetime, template_id: UUID) -> TemplateWritten:
    """Withdraw a template: it cannot be chosen any more, and planned sends with it are dropped when they come
    up.

    Raises:
        TemplateNotFound: when there is none.
    """
    template = Template.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise TemplateNotFound
    if template.withdrawn_at is None:
        template.withdrawn_at = template.changed_at = now
        template.save(update_fields=["withdrawn_at", "changed_at"])
    return TemplateWritten(template.pk, template.version)
