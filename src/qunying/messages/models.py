"""Channels, templates, sends and what stops them."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id
from qunying.messages.reasons import Cause, Reason, State


class Purpose(models.TextChoices):
    """Promotion asks for consent, keeps quiet hours and counts against the daily limit; service does not."""

    PROMOTION = "promotion", _("promotion")
    SERVICE = "service", _("service")


@pghistory.track(exclude=["sealed_secret"])
class Channel(models.Model):
    """A way out: the built-in mailbox, a mail server, a webhook, a group robot."""

    class Kind(models.TextChoices):
        MAILBOX = "mailbox", _("built-in mailbox")
        EMAIL = "email", pgettext_lazy("channel", "e-mail")
        SMS = "sms", _("text messages (SMS)")
        WEBHOOK = "webhook", _("webhook")
        WECOM_ROBOT = "wecom_robot", _("WeCom group robot")
        DINGTALK_ROBOT = "dingtalk_robot", _("DingTalk group robot")
        FEISHU_ROBOT = "feishu_robot", _("Feishu group robot")
        TELEGRAM_BOT = "telegram_bot", _("Telegram bot")
        BY_HAND = "by_hand", _("posted by hand")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, editable=False)
    name = models.CharField(_("name"), max_length=100)
    settings = models.JSONField(_("settings"), default=dict)
    sealed_secret = models.TextField(blank=True, editable=False)
    pace_key = models.CharField(max_length=80, editable=False)
    per_minute = models.PositiveIntegerField(_("at most per minute"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_default = models.BooleanField(_("default"), default=False)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("message channel")
        verbose_name_plural = _("message channels")
        constraints = [
            models.UniqueConstraint(fields=["name"], name="channel_name_once"),
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_channel"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChannelPace(models.Model):
    """When the last calls of a credential were let through, and until when its provider asked for silence."""

    key = models.CharField(primary_key=True, max_length=80)
    granted_at = ArrayField(models.DateTimeField(), default=list)
    blocked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


@pghistory.track()
class Template(models.Model):
    """A text with variables. Every change makes a version; what was planned goes out as it was planned."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=100)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    variables = models.JSONField(_("variables with what stands in for missing values"), default=dict)
    texts = models.JSONField(_("texts for members who chose a language"), default=dict)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    version = models.PositiveIntegerField(_("version"), default=1)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    created_at = models.DateTimeField(_("created at"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        constraints = [models.UniqueConstraint(fields=["name"], name="message_template_name_once")]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """The text of a template as it was at one version; never changed."""

    id = models.BigAutoField(primary_key=True)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    subject = models.TextField(blank=True)
    body = models.TextField()
    variables = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "version"], name="template_version_once")]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.version}"


class SendPlan(models.Model):
    """What a set of sends has in common: campaign and step, text, way out, link and time."""

    class Audience(models.TextChoices):
        MEMBERS = "members", _("members")
        COMMUNITY = "community", _("community")
        SERVICE = "service", _("service message")
        NOTICE = "notice", _("notice")
        TEST = "test", _("test")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    audience = models.CharField(max_length=10, choices=Audience)
    campaign_id = models.UUIDField(null=True)
    step = models.CharField(max_length=100)
    title = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=10, choices=Purpose)
    template_version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT)
    link = models.JSONField(null=True)
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    is_urgent = models.BooleanField(default=False, db_default=False)
    planned_at = models.DateTimeField()
    planned_by = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["campaign_id"], name="send_plan_campaign")]

    def __str__(self) -> str:
        return self.title or f"{self.campaign_id}/{self.step}"


class Send(models.Model):
    """One message to one member, one community or one test address, and what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(SendPlan, on_delete=models.PROTECT, related_name="sends", db_index=False)
    campaign_id = models.UUIDField(null=True)
    step = models.CharField(max_length=100)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="sends", db_index=False)
    member = models.ForeignKey(
        "members.Member", null=True, on_delete=models.PROTECT, related_name="sends", db_index=False
    )
    community_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=10, choices=Purpose)
    state = models.CharField(max_length=10, choices=State)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    detail = models.TextField(blank=True)
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    address = models.TextField(blank=True)
    sealed_variables = models.TextField(blank=True)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    dedupe_key = models.CharField(max_length=60, blank=True)
    cap_day = models.DateField(null=True)
    called_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=100, blank=True)
    clicked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "campaign_id", "step", "channel"],
                condition=Q(member__isnull=False),
                nulls_distinct=False,
                name="send_once_per_member",
            ),
            models.UniqueConstraint(
                fields=["community_id", "campaign_id", "step", "channel"],
                condition=Q(community_id__isnull=False),
                nulls_distinct=False,
                name="send_once_per_community",
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True) | Q(community_id__isnull=True), name="send_to_one_kind"
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "-purpose", "due_at"],
                condition=Q(state__in=["planned", "retryable"]),
                name="send_due",
            ),
            models.Index(
                fields=["not_after"],
                condition=Q(state__in=["planned", "retryable", "by_hand"]),
                name="send_growing_stale",
            ),
            models.Index(fields=["due_at", "id"], condition=Q(state="by_hand"), name="send_by_hand"),
            models.Index(
                fields=["leased_until"], condition=Q(state__in=["leased", "calling"]), name="send_in_hand"
            ),
            models.Index(fields=["-planned_at", "-id"], name="send_latest"),
            models.Index(fields=["member", "-planned_at"], name="send_of_member"),
            models.Index(fields=["campaign_id", "state"], name="send_of_campaign"),
            models.Index(fields=["called_at"], condition=Q(state="unknown"), name="send_unknown"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.state}"


class Notice(models.Model):
    """A kind of notice that somebody has switched off, or on again; without a row it is on."""

    slug = models.CharField(primary_key=True, max_length=30)
    is_on = models.BooleanField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.slug}: {self.is_on}"


class MemberDay(models.Model):
    """How many promotions a member got on a local day; the daily limit is guarded here."""

    pk = models.CompositePrimaryKey("member_id", "day")
    member_id = models.UUIDField()
    day = models.DateField()
    used = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(used__gte=0), name="member_day_not_negative")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}: {self.used}"


class MailboxItem(models.Model):
    """A message as it goes out: what the built-in mailbox keeps, and what a person copies who posts by hand."""

    send = models.OneToOneField(Send, primary_key=True, on_delete=models.PROTECT, related_name="mailbox_item")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT)
    recipient = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    body = models.TextField()
    delivered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-delivered_at", "-send"], name="mailbox_latest")]

    def __str__(self) -> str:
        return self.subject or self.body[:40]


class Suppression(models.Model):
    """Who must not be contacted, for what, why and until when.

    ``origin`` names the case or campaign that set it.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(
        "members.Member", on_delete=models.PROTECT, related_name="suppressions", db_index=False
    )
    scope = models.CharField(max_length=60)
    cause = models.CharField(max_length=20, choices=Cause)
    origin = models.CharField(max_length=100, blank=True)
    until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=100)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "scope", "cause", "origin"],
                condition=Q(lifted_at__isnull=True),
                name="suppression_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.scope} ({self.cause})"
