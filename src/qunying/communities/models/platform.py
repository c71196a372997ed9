"""The registry of platforms on which communities can live, and which of them the brand has chosen for what."""

from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from qunying.communities.platforms import SHIPPED
from qunying.kernel.ids import new_id

WORDED = ("name", "audience", "strengths", "quotas")


def _score(title: Any, text: Any) -> "models.PositiveSmallIntegerField[int, int]":
    """Return a column for a judgement from 1 to 5."""
    bounds = [MinValueValidator(1), MaxValueValidator(5)]
    return models.PositiveSmallIntegerField(title, default=3, validators=bounds, help_text=text)


@pghistory.track()
class Platform(models.Model):
    """A place where communities can be. Texts that staff left alone are empty and show the shipped wording."""

    class Type(models.TextChoices):
        SOCIAL = "social", _("social network")
        CONTENT = "content", _("content")
        SHORT_VIDEO = "short_video", _("short video")
        LIVE = "live", _("live")
        SHOP = "shop", _("shop platform")
        FORUM = "forum", _("forum")
        OFFLINE = "offline", _("offline")
        PARTNER = "partner", _("cross-industry")

    class Purpose(models.TextChoices):
        GATHER = "gather", _("gather members")
        ATTRACT = "attract", _("attract new people")
        SELL = "sell", _("sell")
        INFORM = "inform", _("inform")

    class Ability(models.TextChoices):
        ROSTER = "roster", _("read the roster")
        READ = "read", _("read messages")
        POST = "post", _("post by itself")
        CONFIRMED_POST = "confirmed_post", _("post after a person confirms")
        WELCOME = "welcome", _("welcome newcomers")
        LIVE_CODE = "live_code", _("live QR code")
        MODERATE = "moderate", _("mute and remove")

    slug = models.SlugField(_("short name"), max_length=20, primary_key=True)
    type = models.CharField(_("type"), max_length=20, choices=Type)
    name = models.CharField(_("name"), max_length=60, blank=True)
    audience = models.CharField(_("audience"), max_length=500, blank=True)
    strengths = models.CharField(_("strengths"), max_length=500, blank=True)
    quotas = models.CharField(_("quotas"), max_length=500, blank=True)
    purposes = ArrayField(
        models.CharField(max_length=20, choices=Purpose), default=list, blank=True, verbose_name=_("good for")
    )
    abilities = ArrayField(
        models.CharField(max_length=20, choices=Ability),
        default=list,
        blank=True,
        verbose_name=_("what can be automated"),
    )
    reach = _score(_("reach"), _("How many people can be reached: 1 few, 5 very many."))
    interaction = _score(_("interaction"), _("How well people talk with each other: 1 hardly, 5 very well."))
    cost = _score(_("cost"), _("What running it takes in money and work: 1 little, 5 very much."))
    age_from = models.PositiveSmallIntegerField(_("core audience from age"), default=18)
    age_until = models.PositiveSmallIntegerField(_("core audience until age"), default=60)
    core_sexes = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("core audience: sexes")
    )
    core_city_tiers = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("core audience: city tiers")
    )
    group_capacity = models.PositiveIntegerField(
        _("people per group"), null=True, blank=True, help_text=_("Empty where there is no limit.")
    )
    is_offered = models.BooleanField(_("offered for new communities"), default=True)

    class Meta:
        verbose_name = _("platform")
        verbose_name_plural = _("platforms")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name to show."""
        return self.worded("name")

    def worded(self, field: str) -> str:
        """Return a text: what staff wrote, else the shipped wording in the reader's language."""
        own = getattr(self, field)
        if own or self.slug not in SHIPPED:
            return own or self.slug
        return str(getattr(SHIPPED[self.slug], field))


@pghistory.track()
class PlatformChoice(models.Model):
    """One platform of the brand's layout for a segment: what it does there, for whom, how often, by whom."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    platform = models.ForeignKey(
        Platform, on_delete=models.PROTECT, related_name="choices", verbose_name=_("platform")
    )
    segment = models.ForeignKey(
        "segments.Segment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("segment"),
    )
    purpose = models.CharField(_("role"), max_length=20, choices=Platform.Purpose)
    target = models.CharField(_("target"), max_length=300, blank=True)
    content_forms = models.CharField(_("content forms"), max_length=300, blank=True)
    topics = models.CharField(_("topics"), max_length=300, blank=True)
    frequency = models.CharField(_("frequency"), max_length=100, blank=True)
    owner = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    reasons = models.TextField(_("why"), blank=True, max_length=1000)
    chosen_at = models.DateTimeField(_("chosen at"))

    class Meta:
        verbose_name = _("platform choice")
        verbose_name_plural = _("platform choices")
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "segment", "purpose"],
                nulls_distinct=False,
                name="platform_chosen_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform_id}: {self.purpose}"
