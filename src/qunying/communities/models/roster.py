"""How people get into rosters: live codes that lead to the next group with room, signed feeds, doubtful matches."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from qunying.communities.models.group import Community, GroupMember
from qunying.kernel.ids import new_id


@pghistory.track(exclude=["token"])
class LiveCode(models.Model):
    """A QR code that never changes and leads each person to the first of its communities that has room."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True)
    source = models.CharField(_("source"), max_length=100)
    guide = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("guide"),
    )
    token = models.CharField(max_length=43, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("live code")
        verbose_name_plural = _("live codes")

    def __str__(self) -> str:
        return self.name


class LiveCodeTarget(models.Model):
    """One community of a live code, and its place in the order."""

    id = models.BigAutoField(primary_key=True)
    live_code = models.ForeignKey(LiveCode, on_delete=models.PROTECT, related_name="targets")
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["live_code", "community"], name="live_code_target_once"),
            models.UniqueConstraint(fields=["live_code", "place"], name="live_code_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.live_code_id} {self.place}"


class RosterFeed(models.Model):
    """A program of the platform that tells by signed webhook who joins and leaves one community."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="roster_feeds")
    name = models.CharField(_("name"), max_length=100)
    sealed_secret = models.TextField(editable=False)
    created_at = models.DateTimeField(_("created at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    heard_at = models.DateTimeField(_("last heard of"), null=True)

    class Meta:
        verbose_name = _("roster feed")
        verbose_name_plural = _("roster feeds")

    def __str__(self) -> str:
        return self.name


class MatchDoubt(models.Model):
    """A person of a roster who may be a member: staff decide."""

    class Reason(models.TextChoices):
        CONTRADICTION = "contradiction", _("their identities belong to different members")
        SAME_NAME = "same_name", _("a member has the same name")
        CHANGED = "changed", _("was matched with another member before")

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("is this member")
        OTHER = "other", _("is another member")
        REJECTED = "rejected", _("is none of them")

    id = models.BigAutoField(primary_key=True)
    stay = models.ForeignKey(GroupMember, on_delete=models.PROTECT, related_name="doubts")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    evidence = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_member = models.ForeignKey(
        "members.Member", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stay", "member"], name="doubt_once")]
        indexes = [
            models.Index(fields=["raised_at", "id"], condition=models.Q(decision=""), name="doubt_open"),
        ]

    def __str__(self) -> str:
        return f"{self.stay_id}: {self.member_id}?"
