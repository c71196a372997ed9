"""Groups of people on a platform: what they are for, who is in them and how they came."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


@pghistory.track()
class Community(models.Model):
    """One group of people: what it is for, where it lives, by which rules."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("customers")
        INTEREST = "interest", _("shared interest")
        KNOWLEDGE = "knowledge", _("learning")
        INFORMATION = "information", _("news and information")
        INDUSTRY = "industry", _("industry")
        STARTUP = "startup", _("start-up")

    class State(models.TextChoices):
        FORMING = "forming", _("forming")
        ACTIVE = "active", pgettext_lazy("community", "active")
        QUIET = "quiet", _("quiet")
        CLOSED = "closed", pgettext_lazy("community", "closed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    platform = models.ForeignKey(
        "communities.Platform",
        on_delete=models.PROTECT,
        related_name="+",
        db_column="platform",
        verbose_name=_("platform"),
    )
    positioning = models.CharField(
        _("positioning"),
        max_length=500,
        blank=True,
        help_text=_("For whom it is, and what makes it different."),
    )
    value = models.CharField(
        _("value to members"),
        max_length=500,
        blank=True,
        help_text=_("What members get here and nowhere else."),
    )
    member_types = models.CharField(
        _("member types"), max_length=300, blank=True, help_text=_("Which people it wants, e.g. new mothers.")
    )
    activity_forms = models.CharField(
        _("activity forms"), max_length=300, blank=True, help_text=_("What happens in it, e.g. weekly quiz.")
    )
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name=_("tags"))
    rules = models.TextField(_("community rules"), blank=True, max_length=10_000)
    capacity = models.PositiveIntegerField(_("capacity"), default=500)
    planned_size = models.PositiveIntegerField(_("planned size"), null=True, blank=True)
    platform_group_id = models.CharField(
        _("id on the platform"),
        max_length=200,
        blank=True,
        help_text=_("The platform's own id of the group (chat id): messages and rosters come in under it."),
    )
    join_address = models.CharField(
        _("way in"),
        max_length=500,
        blank=True,
        help_text=_("The address in the group's own QR code; shown to members who have joined here."),
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.FORMING)
    channel = models.ForeignKey(
        "outreach.Channel",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("own channel"),
        help_text=_("Where posts to the whole community go: a group robot, a webhook or the mailbox."),
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "platform_group_id"],
                condition=~models.Q(platform_group_id=""),
                name="platform_group_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """One person's stay in a community. Who leaves and comes back has two rows."""

    class Role(models.TextChoices):
        OWNER = "owner", _("group owner")
        ADMIN = "admin", _("group admin")
        MEMBER = "member", _("group member")

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="group_members")
    member = models.ForeignKey("members.Member", null=True, on_delete=models.PROTECT, related_name="+")
    platform_user_id = models.TextField(_("id on the platform"))
    nickname = models.TextField(_("nickname"), blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    source = models.TextField(_("source"), blank=True)
    invited_by = models.TextField(_("invited by"), blank=True, default="")
    joined_at = models.DateTimeField(_("joined at"))
    left_at = models.DateTimeField(_("left at"), null=True)

    class Meta:
        verbose_name = _("group member")
        verbose_name_plural = _("group members")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "platform_user_id"],
                condition=models.Q(left_at=None),
                name="in_a_community_once",
            ),
            models.UniqueConstraint(
                fields=["community", "member"],
                condition=models.Q(left_at=None, member__isnull=False),
                name="member_in_a_community_once",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "community"], name="group_member_of"),
            models.Index(
                fields=["community", "-joined_at", "-id"],
                include=["member"],
                condition=models.Q(left_at=None),
                name="group_member_present",
            ),
        ]

    def __str__(self) -> str:
        return self.nickname or self.platform_user_id


class JoinLink(models.Model):
    """A link into a community; each source (a shop window, a parcel card, a live room) has its own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="join_links")
    source = models.CharField(_("source"), max_length=100)
    token = models.CharField(max_length=43, unique=True)
    created_at = models.DateTimeField(_("created at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "source"], name="one_link_per_source")]

    def __str__(self) -> str:
        return self.source
