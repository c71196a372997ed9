"""Where messages come from: platforms and programs that deliver them signed, and files."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from qunying.communities.models.group import Community
from qunying.kernel.ids import new_id


@pghistory.track(exclude=["sealed_secret", "heard_at", "refused_at", "refusal"])
class MessageSource(models.Model):
    """A robot or program that delivers messages to an address of ours. What it signs with is sealed."""

    class Platform(models.TextChoices):
        WECOM = "wecom", _("WeCom robot")
        DINGTALK = "dingtalk", _("DingTalk robot")
        FEISHU = "feishu", _("Feishu app")
        TELEGRAM = "telegram", _("Telegram bot")
        OWN = "own", _("own program (Standard Webhooks)")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    platform = models.CharField(_("platform"), max_length=20, choices=Platform)
    name = models.CharField(_("name"), max_length=100, unique=True)
    sealed_secret = models.TextField(editable=False)
    created_at = models.DateTimeField(_("created at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    heard_at = models.DateTimeField(_("last heard of"), null=True)
    refused_at = models.DateTimeField(_("last refused"), null=True)
    refusal = models.TextField(_("why refused"), blank=True)

    class Meta:
        verbose_name = _("message source")
        verbose_name_plural = _("message sources")

    def __str__(self) -> str:
        return self.name


class PlatformChat(models.Model):
    """A group as a source names it. Until staff say which community it is, its messages are kept aside."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(MessageSource, on_delete=models.PROTECT, related_name="chats")
    chat_id = models.TextField(_("id on the platform"))
    title = models.TextField(_("title"), blank=True)
    community = models.ForeignKey(Community, null=True, on_delete=models.PROTECT, related_name="+")
    first_seen_at = models.DateTimeField(_("first seen"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "chat_id"], name="chat_once")]

    def __str__(self) -> str:
        return self.title or self.chat_id


class HeldMessage(models.Model):
    """A telling from a chat that belongs to no community yet."""

    id = models.BigAutoField(primary_key=True)
    chat = models.ForeignKey(PlatformChat, on_delete=models.PROTECT, related_name="held", db_index=False)
    row = models.JSONField()
    row_hash = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chat", "row_hash"], name="held_once")]

    def __str__(self) -> str:
        return f"{self.chat_id}: {self.received_at:%Y-%m-%d %H:%M}"
