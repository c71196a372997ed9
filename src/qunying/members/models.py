"""Members: people of the brand's communities, how they are known, what they agreed to."""

from datetime import time

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


class Member(models.Model):
    """One person. Names and contacts hang on it; events know only its id."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.TextField(pgettext_lazy("person", "name"), blank=True)
    first_seen_at = models.DateTimeField(_("first seen"))
    created_at = models.DateTimeField(_("created at"))
    is_staff = models.BooleanField(
        _("staff or test account"), default=False, help_text=_("Never counted in results, never in a draw.")
    )
    # What the member chose: empty follows the browser, and the brand's quiet hours only.
    language = models.CharField(_("language"), max_length=10, default="", db_default="", blank=True)
    quiet_from = models.TimeField(_("own quiet hours from"), null=True)
    quiet_until = models.TimeField(_("own quiet hours until"), null=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        indexes = [
            models.Index(fields=["-first_seen_at", "-id"], name="member_latest"),
            models.Index(OpClass(Lower("name"), name="text_pattern_ops"), name="member_name_prefix"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_whole",
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.id)[:8]

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """The member's own quiet hours by the brand's wall clock, if they have chosen any."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return self.quiet_from, self.quiet_until


class Identity(models.Model):
    """One way in which a member is known: a phone, an e-mail, a number in a shop, an id on a platform."""

    class Type(models.TextChoices):
        PHONE = "phone", _("phone")
        EMAIL = "email", _("e-mail")
        SHOP_CUSTOMER = "shop_customer", _("shop customer number")
        WECOM = "wecom", _("WeCom external user id")
        OPENID = "openid", _("WeChat openid")
        UNIONID = "unionid", _("WeChat unionid")
        PLATFORM_USER = "platform_user", _("user id on a community platform")

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="identities")
    type = models.CharField(max_length=20, choices=Type)
    value = models.TextField()
    verified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "value"], name="identity_once")]
        indexes = [
            models.Index(fields=["value"], opclasses=["text_pattern_ops"], name="identity_value_prefix"),
        ]

    def __str__(self) -> str:
        return f"{self.type}:{self.value}"


class IdentityMap(models.Model):
    """Which member an anonymous identity or a merged member now is; joined when events are read."""

    key = models.UUIDField(primary_key=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT)

    class Meta:
        db_table = "identity_map"

    def __str__(self) -> str:
        return str(self.key)


class Merge(models.Model):
    """Two members found to be one person: what moved, so that it can be moved back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kept = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()
    merged_by = models.TextField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(blank=True)
    moved_identities = models.JSONField(default=list)
    moved_keys = models.JSONField(default=list)
    carried = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at__isnull=True), name="merged_into_one"
            ),
            models.CheckConstraint(condition=~models.Q(kept=models.F("merged")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"


class Attribute(models.Model):
    """The present value of one attribute of a member (country, city, sex …) and where it comes from."""

    class Source(models.TextChoices):
        DECLARED = "declared", _("declared by the member")
        SURVEY = "survey", _("survey")
        STAFF = "staff", _("noted by staff")
        IMPORT = "import", _("import")
        INFERRED = "inferred", _("inferred")

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="attributes", db_index=False
    )  # the unique constraint is index enough
    name = models.TextField()
    value = models.TextField()
    source = models.CharField(max_length=10, choices=Source)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "name"], name="attribute_once")]
        indexes = [models.Index(fields=["name", "value", "member"], name="attribute_value")]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class Tag(models.Model):
    """A tag on a member and who or what put it there."""

    class Source(models.TextChoices):
        MANUAL = "manual", _("staff")
        RULE = "rule", _("rule")
        IMPORT = "import", _("import")

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="tags", db_index=False
    )  # the unique constraint is index enough
    name = models.TextField()
    source = models.CharField(max_length=10, choices=Source)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "name"], name="tag_once")]
        indexes = [models.Index(fields=["name", "member"], name="tag_name")]

    def __str__(self) -> str:
        return self.name


class Consent(models.Model):
    """Whether a member agrees to be contacted on a message channel, with the text that they agreed to."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="consents", db_index=False
    )  # the unique constraint is index enough
    channel = models.CharField(max_length=20)
    granted = models.BooleanField()
    text_hash = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "channel"], name="consent_once")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.granted}"


class ConsentText(models.Model):
    """The wording that somebody agreed to, under its SHA-256; consents and their events name the hash."""

    hash = models.CharField(primary_key=True, max_length=64)
    text = models.TextField()
    first_used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.hash[:8]


class OneTimeCode(models.Model):
    """A code asked for by somebody who wants to sign in; kept nowhere, it follows from the id and our secret.

    An unknown contact gets a row as well, without an identity, so that both cases cost the same. Where somebody asks to
    join, it keeps the contact under seal until the code is over.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contact_hash = models.CharField(max_length=64)
    identity = models.ForeignKey(Identity, null=True, on_delete=models.PROTECT, related_name="+")
    sealed_contact = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["contact_hash"], name="code_contact")]

    def __str__(self) -> str:
        return str(self.id)


class SignInLinkUse(models.Model):
    """That the link of a message has signed somebody in: a link is good for one use."""

    id = models.UUIDField(primary_key=True, editable=False)
    used_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)


class MemberSession(models.Model):
    """A member signed in on one device. The cookie is the id under our signature.

    ``is_proved``: they showed that a contact of the member's is theirs; the link of a message shows less.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="sessions")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    is_proved = models.BooleanField(default=True, db_default=True)

    def __str__(self) -> str:
        return str(self.id)


class DataRequest(models.Model):
    """What a member asks about their data: to put it right, or to erase it; and what staff answered."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("put something right")
        ERASURE = "erasure", _("erase my data")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("data request", "open")
        DONE = "done", pgettext_lazy("data request", "done")
        REFUSED = "refused", pgettext_lazy("data request", "refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(blank=True)
    asked_by = models.TextField(default="", db_default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"], condition=models.Q(state="open"), name="data_request_open_once"
            )
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="data_request_due")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"


class Tombstone(models.Model):
    """That a person was erased, when, and since when the lake knows; done again after a restore from a backup."""

    member = models.OneToOneField(Member, primary_key=True, on_delete=models.PROTECT, related_name="+")
    erased_at = models.DateTimeField(db_index=True)
    erased_by = models.TextField()
    lake_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.member_id)
