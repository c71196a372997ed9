"""What readers do with an item: comments, likes, shares; and why something of theirs is out of sight."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from qunying.content.models.item import ContentItem
from qunying.kernel.ids import new_id


class Comment(models.Model):
    """What a member says below an item."""

    class State(models.TextChoices):
        SHOWN = "shown", pgettext_lazy("comment", "shown")
        WAITING = "waiting", pgettext_lazy("comment", "waits for review")
        HIDDEN = "hidden", pgettext_lazy("comment", "hidden")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="comments", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=State)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["item", "-created_at"], name="comment_of_item"),
            models.Index(fields=["created_at"], condition=Q(state="waiting"), name="comment_waiting"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Like(models.Model):
    """A member likes an item; taken back, the row is gone (the stream remembers)."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="likes", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="like_once")]

    def __str__(self) -> str:
        return f"{self.item_id}"


class Share(models.Model):
    """A member's own link to an item: who comes by it came through them."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="shares", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=22, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="share_once")]

    def __str__(self) -> str:
        return self.token


class VoiceHiding(models.Model):
    """Why a comment or a submission is out of sight. Each reference (a case, a decision) hides and restores for itself."""

    id = models.BigAutoField(primary_key=True)
    comment = models.ForeignKey(
        Comment, null=True, on_delete=models.PROTECT, related_name="hidings", db_index=False
    )
    submission = models.ForeignKey(
        "content.Submission", null=True, on_delete=models.PROTECT, related_name="hidings", db_index=False
    )
    reference = models.CharField(max_length=100, blank=True)
    hidden_by = models.CharField(max_length=100)
    hidden_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=100, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(comment__isnull=True) ^ Q(submission__isnull=True), name="one_voice_is_hidden"
            ),
            models.UniqueConstraint(fields=["comment", "reference"], name="comment_hidden_once"),
            models.UniqueConstraint(fields=["submission", "reference"], name="submission_hidden_once"),
        ]

    def __str__(self) -> str:
        return self.reference
