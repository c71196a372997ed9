"""Things on their way to members, and the places where members pick them up."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


@pghistory.track()
class PickupPlace(models.Model):
    """Where members come for their things."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(pgettext_lazy("place", "name"), max_length=60)
    address = models.CharField(_("address"), max_length=200)
    hours = models.CharField(_("opening hours"), max_length=100, blank=True)
    is_open = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        verbose_name = _("place to pick up")
        verbose_name_plural = _("places to pick up")

    def __str__(self) -> str:
        return self.name


class Fulfilment(models.Model):
    """One thing for one member. Its number is written on the parcel."""

    class State(models.TextChoices):
        TO_SEND = "to_send", _("to be sent")
        SENT = "sent", pgettext_lazy("parcel", "sent")
        RECEIVED = "received", pgettext_lazy("parcel", "received")
        RETURNED = "returned", pgettext_lazy("parcel", "came back")
        CANCELLED = "cancelled", _("cancelled")

    class Way(models.TextChoices):
        OPEN = "", _("not chosen yet")
        POST = "post", _("by post")
        PICKUP = "pickup", _("picked up")

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(_("comes from"), max_length=20)
    source_id = models.UUIDField()
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(pgettext_lazy("parcel", "what"), max_length=100)
    quantity = models.PositiveIntegerField(_("how many"), default=1)
    occasion = models.CharField(_("occasion"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.TO_SEND)
    way = models.CharField(_("way"), max_length=6, choices=Way, default=Way.OPEN, blank=True)
    sealed_address = models.TextField(blank=True)
    consent = models.TextField(blank=True)
    address_at = models.DateTimeField(null=True)
    place = models.ForeignKey(PickupPlace, null=True, on_delete=models.PROTECT, related_name="+")
    sealed_code = models.TextField(blank=True)
    code_fingerprint = models.CharField(max_length=32, blank=True)
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=60, blank=True)
    note = models.CharField(_("reason"), max_length=200, blank=True)
    requested_at = models.DateTimeField(_("asked for"))
    due_at = models.DateTimeField(_("due"))
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("fulfilment")
        verbose_name_plural = _("fulfilments")
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="fulfilment_once"),
            models.UniqueConstraint(
                fields=["code_fingerprint"], condition=~Q(code_fingerprint=""), name="fulfilment_code_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(way="post", sent_at__isnull=False),
                name="fulfilment_sent_by_post",
            ),
            models.CheckConstraint(
                condition=~Q(way="pickup") | Q(place__isnull=False), name="fulfilment_place"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="to_send"), name="fulfilment_due"),
            models.Index(fields=["state", "-requested_at", "-id"], name="fulfilment_state"),
            models.Index(fields=["-requested_at", "-id"], name="fulfilment_latest"),
            models.Index(fields=["sent_at"], condition=~Q(sealed_address=""), name="fulfilment_address_kept"),
        ]

    def __str__(self) -> str:
        return f"#{self.id} {self.title}"
