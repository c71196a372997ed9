"""Pictures and the library of materials."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


class Picture(models.Model):
    """A picture that came in, as our own re-encoding of it. The file is named by what it holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    uploaded_by = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"


@pghistory.track()
class Material(models.Model):
    """Something to make content of, with the right to use it and when that ends."""

    class Kind(models.TextChoices):
        PICTURE = "picture", pgettext_lazy("material", "picture")
        VIDEO = "video", pgettext_lazy("material", "video")
        DOCUMENT = "document", pgettext_lazy("material", "document")

    class Rights(models.TextChoices):
        OWN = "own", _("made by us")
        LICENSED = "licensed", _("licensed")
        MEMBER = "member", _("given by a member")
        FREE = "free", _("free to use")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PICTURE)
    name = models.CharField(_("name"), max_length=200)
    picture = models.ForeignKey(Picture, null=True, on_delete=models.PROTECT, related_name="materials")
    link = models.CharField(_("address"), max_length=500, blank=True)
    rights = models.CharField(_("rights"), max_length=10, choices=Rights)
    rights_holder = models.CharField(_("holder of the rights"), max_length=200, blank=True)
    rights_until = models.DateField(_("rights end on"), null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("tags"))
    created_by = models.CharField(max_length=100)
    created_at = models.DateTimeField(_("created at"))
    retired_at = models.DateTimeField(_("retired at"), null=True)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        indexes = [models.Index(fields=["-created_at"], name="material_latest")]

    def __str__(self) -> str:
        return self.name
