"""What is said on boards: threads and replies, their likes, shares, versions, and what keeps them from sight."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


class Post(models.Model):
    """Something said on a board: the beginning of a thread (``thread`` is empty) or a reply in it.

    Nobody's post is the brand's own; a post by the staff names who wrote it.
    """

    class State(models.TextChoices):
        PUBLISHED = "published", _("published")
        HELD = "held", _("waiting for review")
        REFUSED = "refused", _("refused")
        HIDDEN = "hidden", _("hidden")
        DELETED = "deleted", _("deleted by the author")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    board = models.ForeignKey("content.Board", on_delete=models.PROTECT, related_name="posts", db_index=False)
    thread = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="replies", db_index=False
    )
    quoted = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(
        "members.Member", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    staff = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    title = models.CharField(pgettext_lazy("boards", "title"), max_length=80, blank=True)
    text = models.TextField(pgettext_lazy("boards", "text"))
    pictures = models.ManyToManyField("content.Picture", through="PostPicture", related_name="+")
    is_question = models.BooleanField(_("a question"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State)
    reasons = models.JSONField(default=list)
    posted_at = models.DateTimeField(_("posted at"))
    edited_at = models.DateTimeField(pgettext_lazy("boards", "edited at"), null=True)
    terms = SearchVectorField(null=True, editable=False)
    was_published = models.BooleanField(default=False)

    # Of the beginning of a thread only.
    active_at = models.DateTimeField(_("last said"))
    reply_count = models.PositiveIntegerField(_("replies"), default=0)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    is_locked = models.BooleanField(_("locked"), default=False)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    like_count = models.PositiveIntegerField(_("likes"), default=0)
    topics = models.ManyToManyField("content.Topic", through="PostTopic", related_name="posts")

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(member=None) | models.Q(staff=None), name="post_has_one_author"
            ),
            models.CheckConstraint(condition=~models.Q(thread=models.F("id")), name="no_reply_to_itself"),
        ]
        indexes = [
            models.Index(
                fields=["board", "-active_at", "-id"],
                condition=models.Q(thread=None, state="published"),
                name="thread_of_board",
            ),
            models.Index(
                fields=["-active_at", "-id"],
                condition=models.Q(thread=None, state="published"),
                name="thread_latest",
            ),
            models.Index(
                fields=["board"],
                condition=models.Q(thread=None, state="published", is_pinned=True),
                name="thread_pinned",
            ),
            models.Index(
                fields=["posted_at", "id"],
                condition=models.Q(
                    thread=None, state="published", is_question=True, answered_at=None, answer=None
                ),
                name="question_unanswered",
            ),
            models.Index(
                fields=["-posted_at", "-id"],
                condition=models.Q(thread=None, state="published", is_question=True),
                name="question_latest",
            ),
            models.Index(
                fields=["thread", "posted_at", "id"],
                condition=models.Q(thread__isnull=False),
                name="reply_of_thread",
            ),
            models.Index(fields=["member", "-posted_at", "-id"], name="post_of_member"),
            models.Index(fields=["-posted_at", "-id"], name="post_latest"),
            GinIndex(fields=["terms"], name="post_terms"),
            models.Index(
                fields=["state", "-posted_at", "-id"],
                condition=~models.Q(state="published"),
                name="post_not_shown",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.text[:40]


class PostTopic(models.Model):
    """A thread is about a topic."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="post_topics", db_index=False)
    topic = models.ForeignKey("content.Topic", on_delete=models.PROTECT, related_name="post_topics")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "topic"], name="topic_of_post_once")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.topic_id}"


class PostPicture(models.Model):
    """A picture of a post, in its place."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="post_pictures", db_index=False)
    picture = models.ForeignKey("content.Picture", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "position"], name="post_picture_place")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.position}"


class PostVersion(models.Model):
    """What a post said before its author changed it: who was answered to what stays known."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="versions")
    title = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.post_id} until {self.replaced_at:%F %T}"


class PostLike(models.Model):
    """A member likes a post, once."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="likes", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    liked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="liked_once")]

    def __str__(self) -> str:
        return f"{self.post_id} by {self.member_id}"


class PostShare(models.Model):
    """The link under which a member passes a thread on; how often it was opened."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="shares", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=22, unique=True)
    shared_at = models.DateTimeField()
    opens = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="one_share_link_each")]

    def __str__(self) -> str:
        return self.token


class PostHiding(models.Model):
    """Why a post is out of sight. Each reference (a case, a moderator's decision) hides and restores for itself.

    ``was_answer``: it hid the accepted answer of a question, which it is again once nothing hides it.
    """

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="hidings", db_index=False)
    reference = models.CharField(max_length=100, db_index=True)
    hidden_by = models.CharField(max_length=100)
    hidden_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=100, blank=True)
    lifted_at = models.DateTimeField(null=True)
    was_answer = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "reference"], name="hidden_once_per_reference")
        ]

    def __str__(self) -> str:
        return self.reference
