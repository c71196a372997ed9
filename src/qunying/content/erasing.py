"""What is forgotten of an erased member here: what they wrote and showed, and the name under which they did."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from qunying.content.boards.threads import count_topics, recount
from qunying.content.models import (
    Comment,
    Following,
    Picture,
    Post,
    PostPicture,
    PostVersion,
    PublicName,
    Submission,
    SubmissionPicture,
)
from qunying.content.pictures import picture_path
from qunying.members.erasing import Erasure, erases


@erases
def forget_words(erasure: Erasure) -> dict[str, int]:
    """Empty posts, comments and submissions, take them out of sight, and remove their pictures."""
    ids = erasure.ids
    posts = Post.objects.filter(member__in=ids)
    sent = Submission.objects.filter(member__in=ids)
    comments = Comment.objects.filter(member__in=ids)
    pictures = {
        *PostPicture.objects.filter(post__in=posts).values_list("picture_id", flat=True),
        *SubmissionPicture.objects.filter(submission__in=sent).values_list("picture_id", flat=True),
    }
    shown = list(posts.filter(state=Post.State.PUBLISHED).select_related("thread"))
    PostVersion.objects.filter(post__in=posts).delete()
    PostPicture.objects.filter(post__in=posts).delete()
    SubmissionPicture.objects.filter(submission__in=sent).delete()
    emptied = posts.update(title="", text="", terms=None, state=Post.State.DELETED)
    for post in shown:
        if post.thread is None:
            count_topics(post, -1)
        else:
            recount(post.thread)
    return {
        "posts": emptied,
        "submissions": sent.update(
            title="", text="", consent_text="", findings=[], state=Submission.State.WITHDRAWN
        ),
        "comments": comments.update(text="", state=Comment.State.HIDDEN),
        "followings": Following.objects.filter(member__in=ids).delete()[0],
        "public_names": PublicName.objects.filter(member__in=ids).delete()[0],
        "pictures": _remove(pictures),
    }


def _remove(picture_ids: set[UUID]) -> int:
    """Remove pictures that nothing else shows; their files go once all is decided."""
    removed = 0
    for picture in Picture.objects.filter(pk__in=picture_ids):
        try:
            picture.delete()
        except ProtectedError:
            continue
        removed += 1
        if not Picture.objects.filter(sha256=picture.sha256).exists():
            transaction.on_commit(partial(picture_path(picture.sha256).unlink, missing_ok=True))
    return removed
