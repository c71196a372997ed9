"""What is said in communities: one row per message of the platform, however often and in whatever order it was told of."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.communities.models.group import Community, GroupMember


class Message(models.Model):
    """One message. Its id belongs to (community, platform_message_id), so that replies can be told before what they answer.

    A message of which only the deletion is known has no ``content_hash``. ``transaction`` and ``position`` order the
    rows for readers by arrival; an edit or a deletion arrives anew.
    """

    class Kind(models.TextChoices):
        TEXT = "text", pgettext_lazy("message kind", "text")
        PICTURE = "picture", _("picture")
        VIDEO = "video", _("video")
        LINK = "link", _("link")
        FILE = "file", _("file")
        CARD = "card", _("card")
        SYSTEM = "system", _("system notice")

    id = models.UUIDField(primary_key=True, editable=False)
    community = models.ForeignKey(
        Community, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    author = models.ForeignKey(
        GroupMember, null=True, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    author_name = models.TextField(_("author"), blank=True)
    platform_message_id = models.TextField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TEXT)
    text = models.TextField(_("text"), blank=True)
    attachments = models.JSONField(_("attachments"), default=list)
    reply_to_platform_id = models.TextField(blank=True)
    reply_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    sent_at = models.DateTimeField(_("sent at"))
    claimed_at = models.DateTimeField(_("time it claims, in the future"), null=True)
    received_at = models.DateTimeField(_("received at"))
    edited_at = models.DateTimeField(_("edited at"), null=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True)
    from_robot = models.BooleanField(_("from a robot"), default=False)
    content_hash = models.TextField(null=True, editable=False)
    terms = SearchVectorField(null=True, editable=False)
    transaction = models.BigIntegerField(editable=False)
    position = models.BigIntegerField(editable=False)

    class Meta:
        verbose_name = _("community message")
        verbose_name_plural = _("community messages")
        constraints = [
            models.UniqueConstraint(fields=["community", "platform_message_id"], name="message_once"),
        ]
        indexes = [
            models.Index(fields=["-sent_at", "-id"], name="message_latest"),
            models.Index(fields=["community", "-sent_at", "-id"], name="message_of_community"),
            models.Index(fields=["author", "-sent_at", "-id"], name="message_of_author"),
            models.Index(fields=["transaction", "position"], name="message_arrival"),
            models.Index(
                fields=["community", "reply_to_platform_id"],
                condition=Q(reply_to=None) & ~Q(reply_to_platform_id=""),
                name="message_awaits_parent",
            ),
            GinIndex(fields=["terms"], name="message_terms"),
        ]

    def __str__(self) -> str:
        return self.text[:40] or self.platform_message_id

    @property
    def member_id(self) -> object:
        """The known member who said it, if any; load ``author`` with it."""
        return self.author.member_id if self.author else None


class MessageVersion(models.Model):
    """A text that a message had, or was said to have, besides its present one."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="versions", db_index=False)
    content_hash = models.TextField()
    kind = models.CharField(max_length=10, choices=Message.Kind)
    text = models.TextField(blank=True)
    attachments = models.JSONField(default=list)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "content_hash"], name="message_version_once")
        ]

    def __str__(self) -> str:
        return self.text[:40]
