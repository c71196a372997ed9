"""Notices: what members are told by itself, once for each occasion; each can be switched off, its text is the brand's.

    declare_notice(NoticeKind("parcel_sent", _("Parcel sent"), ..., find=list_parcels))

A noun above declares its own when it is made ready; those about nouns below stand in ``own_notices``. ``find`` returns
what there is to tell now: an occasion that was told before is passed over, so it may return it again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunying.kernel.ids import derived_id
from qunying.kernel.problems import Kind, Problem
from qunying.messages.models import Notice, Template, TemplateVersion


class UnknownNotice(Problem):
    """There is no such notice."""

    code = "unknown_notice"
    kind = Kind.NOT_FOUND
    message = _("There is no such kind of notice.")


@dataclass(frozen=True)
class Occasion:
    """Something to tell one member: once for its key, while it is of use."""

    member_id: UUID
    key: str
    variables: dict[str, str] = field(default_factory=dict)
    not_after: datetime | None = None


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice.

    Args:
        slug: its name for programs, at most 30 signs.
        title, about: what staff read.
        purpose: promotions ask for consent and count against the daily limit; both keep all quiet hours.
        name: of its template, in both languages.
        texts: subject and body by language, to begin with.
        variables: what stands in for missing values.
        find: what there is to tell at an instant.
        is_daily: whether it is looked for once a day instead of every ten minutes.
    """

    slug: str
    title: str | Promise
    about: str | Promise
    purpose: str
    name: str
    texts: dict[str, tuple[str, str]]
    variables: dict[str, str]
    find: Callable[[datetime], Iterable[Occasion]]
    is_daily: bool = False

    @property
    def template_id(self) -> UUID:
        """The template that the notice goes out with."""
        return derived_id("messages.notice", self.slug)


registry: dict[str, NoticeKind] = {}


def declare_notice(kind: NoticeKind) -> None:
    """Add a kind of notice."""
    registry[kind.slug] = kind


def get_kind(slug: str) -> NoticeKind:
    """Return a kind of notice.

    Raises:
        UnknownNotice: when there is none.
    """
    if slug not in registry:
        raise UnknownNotice
    return registry[slug]


def is_on(kind: NoticeKind) -> bool:
    """Tell whether a notice goes out: it does until somebody switches it off, or takes its text out of use."""
    off = Notice.objects.filter(pk=kind.slug, is_on=False).exists()
    return not off and Template.objects.filter(pk=kind.template_id, withdrawn_at=None).exists()


def put_texts_in_place(now: datetime) -> None:
    """Create the templates of notices where they are missing; what staff changed stays as it is."""
    kinds = {kind.template_id: kind for kind in registry.values()}
    known = set(Template.objects.filter(pk__in=kinds).values_list("pk", flat=True))
    new = {template_id: kind for template_id, kind in kinds.items() if template_id not in known}
    words = {template_id: _text_of(kind) for template_id, kind in new.items()}
    Template.objects.bulk_create(
        Template(
            id=template_id,
            name=kind.name,
            purpose=kind.purpose,
            created_at=now,
            changed_at=now,
            **words[template_id],
        )
        for template_id, kind in new.items()
    )
    TemplateVersion.objects.bulk_create(
        TemplateVersion(template_id=template_id, version=1, created_at=now, **text)
        for template_id, text in words.items()
    )


def _text_of(kind: NoticeKind) -> dict[str, object]:
    """Return the text that a kind begins with: the installation's language for who has chosen none."""
    subject, body = kind.texts[settings.LANGUAGE_CODE]
    texts = {code: {"subject": own[0], "body": own[1]} for code, own in kind.texts.items()}
    return {"subject": subject, "body": body, "variables": kind.variables, "texts": texts}
