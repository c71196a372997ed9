"""Staff, API keys and the brand itself."""

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from qunying.accounts.roles import PERMISSIONS, ROLE_NAMES, Role
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.kernel.zones import DEFAULT_ZONE


class UserQuerySet(BaseUserManager["User"]):
    """How staff are made and found by the sign-in machinery."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; without a password they sign in by link."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by e-mail, whatever its case."""
        return self.get(email=(username or "").lower())


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """One person of the brand's staff."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    role = models.CharField(
        _("role"), max_length=30, choices=[(role.value, ROLE_NAMES[role]) for role in Role]
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserQuerySet] = UserQuerySet()

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name that the console's frame shows."""
        return self.name

    @property
    def actor(self) -> Actor:
        """The person as an actor, with what their role allows."""
        allowed = PERMISSIONS[Role(self.role)] if self.is_active else frozenset()
        return Actor(kind="staff", id=str(self.id), permissions=allowed)

    @property
    def is_staff(self) -> bool:
        """Everybody here is staff: members are not users."""
        return self.is_active

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002 - asked by the admin frame
        """Tell whether the role holds a permission."""
        return self.actor.may(perm)

    def has_module_perms(self, app_label: str) -> bool:
        """Tell whether the role may open pages of a noun."""
        return self.actor.may(f"{app_label}.view")


@pghistory.track()
class ApiKey(models.Model):
    """A key for programs. Only its hash is kept; scopes are action ids or patterns, within its maker's own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(_("begins with"), max_length=16)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("scopes"), default=list)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name=_("created by"))
    created_at = models.DateTimeField(_("created at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Brand(models.Model):
    """The one brand of this installation and its house rules."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=100)
    zone = models.CharField(_("time zone"), max_length=64, default=DEFAULT_ZONE)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    analysis_at = models.DateTimeField(
        _("analyse as of"),
        null=True,
        blank=True,
        help_text=_("For historic data: analyses look back from this instant. Empty means now."),
    )
    quiet_from = models.TimeField(_("quiet from"), default="22:00")
    quiet_until = models.TimeField(_("quiet until"), default="08:00")
    messages_per_day = models.PositiveSmallIntegerField(
        _("messages per member and day"), default=2, help_text=_("0 means none, not “without limit”.")
    )
    approval_limit_minor = models.BigIntegerField(
        _("budget that needs a second person (minor units)"), default=100_000
    )
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        verbose_name = _("brand")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_brand")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Allowance(models.Model):
    """How much of something one person of a role may give away in a day, where it is not the default."""

    id = models.BigAutoField(primary_key=True)
    role = models.CharField(_("role"), max_length=30)
    given = models.CharField(_("what is given"), max_length=30)
    per_day = models.BigIntegerField(_("per person and day"), null=True, help_text=_("Empty: no limit."))

    class Meta:
        verbose_name = _("allowance")
        constraints = [
            models.UniqueConstraint(fields=["role", "given"], name="allowance_once"),
            models.CheckConstraint(
                condition=models.Q(per_day=None) | models.Q(per_day__gte=0), name="allowance_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.per_day} {self.given}"


class AllowanceUse(models.Model):
    """How much a person has given away on a local day."""

    pk = models.CompositePrimaryKey("person", "given", "day")
    person = models.TextField()
    given = models.CharField(max_length=30)
    day = models.DateField()
    used = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.person} on {self.day}: {self.used} {self.given}"
