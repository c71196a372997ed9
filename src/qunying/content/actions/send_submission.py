"""A member sends something in."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.content.drafting import ItemFieldInvalid
from qunying.content.events import SUBMISSION_RECEIVED
from qunying.content.models import Picture, Submission, SubmissionPicture
from qunying.content.pictures import KeptPicture
from qunying.content.speaking import screened
from qunying.content.typed_text import typed
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import lock_living_member
from qunying.shop.queries.find_purchase import find_bought_product
from qunying.stream.record import NewEvent, record

MOST_PICTURES = 9
MOST_A_DAY = 5


class ConsentMissing(Problem):
    """Nothing is shown without the member's word."""

    code = "submission_needs_consent"
    kind = Kind.INVALID
    message = _("Please agree to how we may show it. Without that we cannot take it.")


class SubmissionEmpty(Problem):
    """A buyer show needs something to see."""

    code = "submission_empty"
    kind = Kind.INVALID
    message = _("A buyer show needs at least one picture, and at most {limit}.")


class TooManySubmissions(Problem):
    """A day has its limit."""

    code = "too_many_submissions"
    kind = Kind.LIMITED
    message = _("You have sent in {limit} works in 24 hours. Please come back tomorrow.")


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a member sends in. ``product`` is the stock code of what it shows; ``consent`` the text that they agreed to."""

    kind: str
    title: str
    text: str = ""
    product: str = ""
    consent: str = ""
    pictures: list[KeptPicture] = field(default_factory=list)


@dataclass(frozen=True)
class SubmissionReceived:
    """The submission that now waits for review."""

    submission_id: UUID


@action
def send_submission(
    *, command_id: str, actor: Actor, now: datetime, member_id: UUID, work: Work
) -> SubmissionReceived:
    """Take a member's work in, with the consent that they gave. People look at every one before it is shown.

    Raises:
        MemberNotFound, ItemFieldInvalid, BadText, ConsentMissing, SubmissionEmpty: when something is missing.
        MemberRestricted, NotShown, TooManySubmissions: when it may not be.
    """
    member = lock_living_member(member_id)
    if work.kind not in Submission.Kind.values:
        raise ItemFieldInvalid(field="kind", value=work.kind[:50])
    if not work.consent.strip():
        raise ConsentMissing
    least = 1 if work.kind == Submission.Kind.BUYER_SHOW else 0
    if not least <= len(work.pictures) <= MOST_PICTURES:
        raise SubmissionEmpty(limit=MOST_PICTURES)
    recent = Submission.objects.filter(member=member, received_at__gt=now - timedelta(days=1))
    if recent.count() >= MOST_A_DAY:
        raise TooManySubmissions(limit=MOST_A_DAY)
    title = typed(work.title, field="title", max_length=100)
    text = typed(work.text, field="text", max_length=2000, may_be_empty=bool(work.pictures), lines=True)
    verdict = screened(f"{title}\n{text}", member_id=member.id, kind="submission", now=now)
    product, is_bought = find_bought_product(member.id, work.product)
    submission = Submission.objects.create(
        kind=work.kind,
        member=member,
        title=title,
        text=text,
        product=product,
        is_purchase_verified=is_bought,
        consent_text=work.consent,
        consent_at=now,
        findings=list(verdict.reasons),
        received_at=now,
    )
    _keep_pictures(submission, work.pictures, actor, now)
    _tell(submission, now)
    return SubmissionReceived(submission.id)


def _keep_pictures(submission: Submission, pictures: list[KeptPicture], actor: Actor, now: datetime) -> None:
    made = [Picture(**kept.__dict__, uploaded_by=actor.key, created_at=now) for kept in pictures]
    Picture.objects.bulk_create(made)
    SubmissionPicture.objects.bulk_create(
        SubmissionPicture(submission=submission, picture=picture, position=position)
        for position, picture in enumerate(made, 1)
    )


def _tell(submission: Submission, now: datetime) -> None:
    consent_hash = hashlib.sha256(submission.consent_text.encode()).hexdigest()
    record(
        NewEvent(
            type=SUBMISSION_RECEIVED,
            occurred_at=now,
            received_at=now,
            member_id=submission.member_id,
            content_id=submission.pk,
            product=submission.product.code if submission.product else None,
            properties={"kind": submission.kind, "consent_hash": consent_hash},
        )
    )
