"""What a community plans and goes by: targets, recruitment drives, versions of its rules, duties of its roles."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from qunying.communities.models.group import Community, GroupMember
from qunying.kernel.ids import new_id


@pghistory.track()
class CommunityTarget(models.Model):
    """What a community wants to reach in a period. Rates are ratios 0–1, sales are minor units."""

    class Measure(models.TextChoices):
        PEOPLE = "people", _("people at the end")
        JOINED = "joined", _("people who join")
        ACTIVITY_RATE = "activity_rate", _("activity rate")
        CONVERSION_RATE = "conversion_rate", _("conversion rate")
        SALES = "sales", _("sales")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="targets")
    measure = models.CharField(_("measure"), max_length=20, choices=Measure)
    start = models.DateField(_("from"))
    end = models.DateField(_("until"))
    value = models.DecimalField(_("target"), max_digits=15, decimal_places=4)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.CheckConstraint(condition=models.Q(start__lte=models.F("end")), name="target_has_days"),
            models.UniqueConstraint(fields=["community", "measure", "start", "end"], name="target_once"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.start}–{self.end}"


@pghistory.track()
class RecruitmentDrive(models.Model):
    """People are brought in from one source for a while: how many should come, and what it costs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="drives")
    source = models.CharField(
        _("source"), max_length=100, help_text=_("The source of the join link or live code, spelled alike.")
    )
    start = models.DateField(_("from"))
    end = models.DateField(_("until"))
    target = models.PositiveIntegerField(_("people to win"))
    cost_minor = models.BigIntegerField(_("cost (minor units)"), default=0)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("recruitment drive")
        verbose_name_plural = _("recruitment drives")
        constraints = [
            models.CheckConstraint(condition=models.Q(start__lte=models.F("end")), name="drive_has_days"),
            models.CheckConstraint(condition=models.Q(cost_minor__gte=0), name="drive_cost"),
        ]

    def __str__(self) -> str:
        return self.source


class RulesVersion(models.Model):
    """The rules of a community as they were from an instant on. Never changed."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="rules_versions")
    version = models.PositiveIntegerField()
    text = models.TextField()
    valid_from = models.DateTimeField()
    written_by = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "version"], name="rules_version_once")]

    def __str__(self) -> str:
        return f"{self.community_id} v{self.version}"


class Permission(models.TextChoices):
    """What somebody may do in a community because of their role there."""

    SPEAK = "speak", _("speak")
    INVITE = "invite", _("invite others")
    SEE_ROSTER = "see_roster", _("see who is in")
    ANNOUNCE = "announce", _("make announcements")
    PIN = "pin", _("pin topics")
    MUTE = "mute", _("mute members")
    REMOVE = "remove", _("remove members")
    EDIT_RULES = "edit_rules", _("edit the rules")


@pghistory.track()
class RoleDuty(models.Model):
    """What a role of one community does and may do, where it differs from what is usual."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="role_duties")
    role = models.CharField(_("role"), max_length=10, choices=GroupMember.Role)
    duties = models.TextField(_("duties"), blank=True, max_length=1000)
    permissions = ArrayField(
        models.CharField(max_length=20, choices=Permission),
        default=list,
        blank=True,
        verbose_name=_("may"),
    )

    class Meta:
        verbose_name = _("duties of a role")
        verbose_name_plural = _("duties of roles")
        constraints = [models.UniqueConstraint(fields=["community", "role"], name="duties_once_per_role")]

    def __str__(self) -> str:
        return f"{self.community_id} {self.role}"
