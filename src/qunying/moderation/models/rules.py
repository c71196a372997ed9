"""What is forbidden, in which words members accepted it, and how it is answered."""

from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qunying.kernel.ids import new_id
from qunying.moderation.catalogue import ViolationClass, find_shipped


@pghistory.track()
class Violation(models.Model):
    """One kind of violation. Empty words mean those that are shipped, in the reader's language."""

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    violation_class = models.CharField(_("class"), max_length=20, choices=ViolationClass)
    own_title = models.CharField(_("name"), max_length=60, blank=True)
    own_clause = models.CharField(_("clause"), max_length=300, blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"))
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("violation")
        verbose_name_plural = _("violations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(severity__gte=1, severity__lte=5), name="violation_severity_1_to_5"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        shipped = find_shipped(self.code)
        return self.own_title or (str(shipped.title) if shipped else self.code)

    @property
    def clause(self) -> str:
        """What the rules say about it, in the reader's language."""
        shipped = find_shipped(self.code)
        return self.own_clause or (str(shipped.clause) if shipped else "")


class RulesVersion(models.Model):
    """The rules as they were published: never changed afterwards, because cases cite them and members accepted them.

    ``clauses`` lists ``{number, violation, class, title, text}``; class, title and text by language.
    """

    number = models.PositiveIntegerField(primary_key=True)
    introduction = models.TextField(_("introduction"), blank=True)
    clauses = models.JSONField()
    change_note = models.CharField(_("what changed"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.CharField(max_length=100)

    def __str__(self) -> str:
        return str(self.number)

    def find_clause(self, violation: str) -> Mapping[str, Any] | None:
        """Return the clause about a violation, if this version has one."""
        return next((clause for clause in self.clauses if clause["violation"] == violation), None)


def in_reader_language(texts: Mapping[str, str]) -> str:
    """Return a stored text in the reader's language, else in any."""
    return texts.get(get_language() or "") or next(iter(texts.values()), "")


class RulesAcceptance(models.Model):
    """A member accepted a version of the rules."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(RulesVersion, on_delete=models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField(_("accepted at"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "version"], name="rules_accepted_once")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.version_id}"


@pghistory.track()
class WatchedWord(models.Model):
    """A word that detectors look for, and what is done where it is found; or a domain or number of our own, which may be named."""

    class Action(models.TextChoices):
        BLOCK = "block", pgettext_lazy("watched word", "refuse")
        REVIEW = "review", pgettext_lazy("watched word", "review")
        REPLACE = "replace", pgettext_lazy("watched word", "replace")
        TAG = "tag", pgettext_lazy("watched word", "tag")
        ALLOW = "allow", pgettext_lazy("watched word", "allow")

    class Language(models.TextChoices):
        ANY = "any", _("any language")
        CHINESE = "zh", _("Chinese")
        ENGLISH = "en", _("English")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    text = models.CharField(_("word"), max_length=100, unique=True)
    violation = models.ForeignKey(Violation, on_delete=models.PROTECT, verbose_name=_("violation"))
    action = models.CharField(_("what is done"), max_length=10, choices=Action, default=Action.REVIEW)
    replacement = models.CharField(
        _("replacement"), max_length=100, blank=True, help_text=_("Empty: one star for each character.")
    )
    tag = models.CharField(_("tag"), max_length=50, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.ANY)
    is_active = models.BooleanField(_("in use"), default=True)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("watched word")
        verbose_name_plural = _("watched words")
        indexes = [models.Index(fields=["-changed_at", "-id"], name="watched_word_latest")]

    def __str__(self) -> str:
        return self.text


class PolicyVersion(models.Model):
    """How violations are answered: the ladder, what each penalty takes, deadlines. A new version for every change."""

    number = models.PositiveIntegerField(primary_key=True)
    policy = models.JSONField()
    change_note = models.CharField(_("what changed"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.CharField(max_length=100)

    def __str__(self) -> str:
        return str(self.number)
