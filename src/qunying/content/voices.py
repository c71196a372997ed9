"""Comments and submissions, found and locked for whoever judges them, and hidden for as many reasons as there are."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.content.events import (
    COMMENT_HIDDEN,
    COMMENT_RESTORED,
    SUBMISSION_HIDDEN,
    SUBMISSION_RESTORED,
)
from qunying.content.models import Comment, Submission, VoiceHiding
from qunying.kernel.actors import Actor
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.stream.record import NewEvent, record


class CommentNotFound(Problem):
    """There is no such comment."""

    code = "comment_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such comment.")


class SubmissionNotFound(Problem):
    """There is no such submission."""

    code = "submission_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such submission.")


class SubmissionDecided(Problem):
    """Somebody has decided on it, or the member took it back."""

    code = "submission_decided"
    kind = Kind.CONFLICT
    message = _("This submission is “{state}” by now.")


def lock_comment(comment_id: UUID) -> Comment:
    """Return a comment, its row held.

    Raises:
        CommentNotFound.
    """
    comment = Comment.objects.select_for_update(no_key=True).filter(pk=comment_id).first()
    if comment is None:
        raise CommentNotFound
    return comment


def lock_submission(submission_id: UUID, *states: str) -> Submission:
    """Return a submission, its row held, if it is in one of the states.

    Raises:
        SubmissionNotFound, SubmissionDecided.
    """
    rows = Submission.objects.filter(pk=submission_id)
    # The held row makes the second decision wait for the first, and see it.
    found = (rows if disabled_guard("submission.lock") else rows.select_for_update(no_key=True)).first()
    failpoint("submission.looked")
    if found is None:
        raise SubmissionNotFound
    if states and found.state not in states:
        raise SubmissionDecided(state=str(found.get_state_display()))
    return found


def write_hiding(voice: Comment | Submission, reference: str, actor: Actor, now: datetime) -> None:
    """Note that a reference hides a comment or submission, whose row is held, and tell it; noted already is no mistake."""
    hiding, is_new = voice.hidings.get_or_create(
        reference=reference[:100], defaults={"hidden_by": actor.key, "hidden_at": now}
    )
    if not is_new and hiding.lifted_at is None:
        return
    if not is_new:
        hiding.hidden_by, hiding.hidden_at, hiding.lifted_by, hiding.lifted_at = actor.key, now, "", None
        hiding.save()
    _tell(voice, [hiding.reference], actor, now, is_hidden=True)


def lift_hidings(voice: Comment | Submission, reference: str, actor: Actor, now: datetime) -> bool:
    """Lift the hiding of a reference, or all when it is empty; return whether nothing hides the voice any more.

    Each that is lifted is told. The row of the comment or submission is held.
    """
    open_ones = voice.hidings.filter(lifted_at=None)
    lifted = open_ones.filter(reference=reference[:100]) if reference else open_ones
    references = list(lifted.order_by("pk").values_list("reference", flat=True))
    lifted.update(lifted_by=actor.key, lifted_at=now)
    _tell(voice, references, actor, now, is_hidden=False)
    return not open_ones.exists()


def _tell(
    voice: Comment | Submission, references: Sequence[str], actor: Actor, now: datetime, *, is_hidden: bool
) -> None:
    if isinstance(voice, Comment):
        told = COMMENT_HIDDEN if is_hidden else COMMENT_RESTORED
    else:
        told = SUBMISSION_HIDDEN if is_hidden else SUBMISSION_RESTORED
    events = [
        NewEvent(
            type=told,
            occurred_at=now,
            received_at=now,
            member_id=voice.member_id,
            content_id=voice.pk,
            properties={"reference": reference, "decided_by": actor.key},
        )
        for reference in references
    ]
    if events:
        record(*events)


def list_hidings(voice: Comment | Submission) -> list[VoiceHiding]:
    """Return by whom, when and why a comment or submission was hidden, and shown again."""
    return list(voice.hidings.order_by("hidden_at", "pk"))
