"""The kinds of notice, and whether they go out."""

from dataclasses import dataclass
from uuid import UUID

from qunying.messages.models import Notice, Purpose, Template
from qunying.messages.notices import registry


@dataclass(frozen=True)
class NoticeRow:
    """A kind of notice with its template. ``is_withdrawn``: its text was taken out of use, so nothing goes out."""

    slug: str
    title: str
    about: str
    purpose: str
    purpose_name: str
    template_id: UUID
    is_on: bool
    is_withdrawn: bool


def list_notices() -> list[NoticeRow]:
    """Return all kinds of notice in the order in which they were declared."""
    off = set(Notice.objects.filter(is_on=False).values_list("slug", flat=True))
    ids = [kind.template_id for kind in registry.values()]
    in_use = set(Template.objects.filter(pk__in=ids, withdrawn_at=None).values_list("pk", flat=True))
    return [
        NoticeRow(
            slug=kind.slug,
            title=str(kind.title),
            about=str(kind.about),
            purpose=kind.purpose,
            purpose_name=str(Purpose(kind.purpose).label),
            template_id=kind.template_id,
            is_on=kind.slug not in off,
            is_withdrawn=kind.template_id not in in_use,
        )
        for kind in registry.values()
    ]
