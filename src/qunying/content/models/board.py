"""Topic boards: where members talk, about what, who keeps order, and who follows what."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


@pghistory.track()
class Board(models.Model):
    """A place on the member web for talk about one matter; a mirror shows what a platform group says, read-only."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("boards", "open")
        READ_ONLY = "read_only", _("read-only")
        CLOSED = "closed", _("closed, not shown")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=40, unique=True)
    purpose = models.CharField(
        _("what it is for"), max_length=200, blank=True, help_text=_("One sentence under the board's name.")
    )
    rules = models.TextField(
        _("board rules"), max_length=2000, blank=True, help_text=_("Shown beside the form of a new post.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=100, help_text=_("Boards with smaller numbers come first.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    community = models.ForeignKey(
        "communities.Community",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("community"),
        help_text=_("Whose board it is. Empty: the board is for everybody."),
    )
    is_mirror = models.BooleanField(
        _("read-only mirror of the community's group"),
        default=False,
        help_text=_("Shows the messages of the community's group with masked names. Nobody posts here."),
    )
    agreed_note = models.CharField(
        _("how the group agreed"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("For a mirror: where its people were told and agreed, e.g. group rule 5 of 1 May."),
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("board")
        verbose_name_plural = _("boards")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_mirror=False)
                | models.Q(community__isnull=False) & ~models.Q(agreed_note=""),
                name="mirror_of_something",
            ),
            models.UniqueConstraint(
                fields=["community"], condition=models.Q(is_mirror=True), name="one_mirror_per_community"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class BoardModerator(models.Model):
    """The duty of keeping order on a board, held by a member or by one of the staff."""

    id = models.BigAutoField(primary_key=True)
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="moderators")
    member = models.ForeignKey("members.Member", null=True, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField(_("appointed at"))
    dismissed_at = models.DateTimeField(_("dismissed at"), null=True)

    class Meta:
        verbose_name = _("board moderator")
        verbose_name_plural = _("board moderators")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(member__isnull=True) ^ models.Q(staff__isnull=True),
                name="one_board_moderator",
            ),
            models.UniqueConstraint(
                fields=["board", "member"],
                condition=models.Q(dismissed_at=None),
                name="board_duty_of_member_once",
            ),
            models.UniqueConstraint(
                fields=["board", "staff"],
                condition=models.Q(dismissed_at=None),
                name="board_duty_of_staff_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.member or self.staff)


@pghistory.track(exclude=["post_count", "heat", "people", "measured_at"])
class Topic(models.Model):
    """What threads are about. Members name topics freely; the staff put up their own and hide bad ones."""

    class Source(models.TextChoices):
        MEMBER = "member", _("named by a member")
        HOT_EVENT = "hot_event", _("hot event")
        PAIN_POINT = "pain_point", _("members' pain point")
        CAMPAIGN = "campaign", _("campaign")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=20)
    key = models.CharField(max_length=60, unique=True)
    purpose = models.CharField(_("what it is about"), max_length=200, blank=True)
    source = models.CharField(_("where it comes from"), max_length=10, choices=Source, default=Source.MEMBER)
    is_hidden = models.BooleanField(_("hidden"), default=False)
    created_at = models.DateTimeField(_("created at"))
    post_count = models.PositiveIntegerField(default=0)
    heat = models.FloatField(_("heat"), default=0)
    people = models.PositiveIntegerField(_("people in a day"), default=0)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        indexes = [models.Index(fields=["-heat", "-id"], name="topic_heat")]

    def __str__(self) -> str:
        return self.name


class Following(models.Model):
    """A member follows a board, a topic or a thread."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    board = models.ForeignKey(Board, null=True, on_delete=models.PROTECT, related_name="followers")
    topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="followers")
    thread = models.ForeignKey("content.Post", null=True, on_delete=models.PROTECT, related_name="followers")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "board", "topic", "thread"], nulls_distinct=False, name="follows_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.board_id or self.topic_id or self.thread_id}"


class PublicName(models.Model):
    """The name under which a member speaks in public; without one they are shown with a masked name."""

    member = models.OneToOneField(
        "members.Member", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("public name"), max_length=20)
    key = models.CharField(max_length=60, unique=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
