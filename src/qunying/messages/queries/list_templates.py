"""Templates for lists and choices."""

from django.db.models import QuerySet

from qunying.messages.models import Template


def list_templates(*, purpose: str = "", withdrawn: bool = False) -> QuerySet[Template]:
    """Return the templates in use (or the withdrawn ones), of one purpose when it is named, by name."""
    rows = Template.objects.filter(withdrawn_at__isnull=not withdrawn).order_by("name")
    return rows.filter(purpose=purpose) if purpose else rows
