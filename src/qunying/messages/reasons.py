"""Why a message was not sent, waits, or came to its end: one word for programs, one phrase for people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a send is: ``planned → leased → calling`` and then one of the final states."""

    PLANNED = "planned", _("planned")
    LEASED = "leased", _("being prepared")
    CALLING = "calling", _("being sent")
    SENT = "sent", _("sent")
    REFUSED = "refused", _("refused by the channel")
    RETRYABLE = "retryable", _("will be tried again")
    UNKNOWN = "unknown", _("outcome unknown")
    DROPPED = "dropped", _("not sent")


FINAL_STATES = (State.SENT, State.REFUSED, State.UNKNOWN, State.DROPPED)
WAITING_STATES = (State.PLANNED, State.RETRYABLE)


class Reason(models.TextChoices):
    """What decided. Reasons of waiting sends say what they wait for."""

    HELD_OUT = "held_out", _("in the holdout")
    NO_CONSENT = "no_consent", _("no consent")
    NO_CONTACT = "no_contact", _("no contact on this channel")
    SUPPRESSED = "suppressed", _("must not be contacted")
    CAPPED = "capped", _("daily limit reached")
    QUIET_HOURS = "quiet_hours", _("quiet hours")
    STALE = "stale", _("too late to be useful")
    STAFF_ACCOUNT = "staff_account", _("staff or test account")
    CANCELLED = "cancelled", _("cancelled")
    TEMPLATE_WITHDRAWN = "template_withdrawn", _("template withdrawn")
    CHANNEL_PAUSED = "channel_paused", _("channel paused")
    WAITING_TURN = "waiting_turn", _("waiting for the channel's pace")
    NOT_REACHED = "not_reached", _("the provider could not be reached")
    PROVIDER_BUSY = "provider_busy", _("the provider asked to wait")
    REJECTED = "rejected", _("the provider rejected it")
    GAVE_UP = "gave_up", _("tried too often")
    NO_ANSWER = "no_answer", _("no answer after the data was sent")
    INTERRUPTED = "interrupted", _("stopped in the middle of the call")
    CONFIRMED = "confirmed", _("confirmed by a person")
    DENIED = "denied", _("found not sent by a person")


class Scope(models.TextChoices):
    """What a suppression stops. A third form, ``campaign:<id>``, stops one campaign (its holdout)."""

    PROMOTION = "promotion", _("promotion")
    EVERYTHING = "everything", _("every message")


def campaign_scope(campaign_id: object) -> str:
    """Return the scope that stops one campaign only."""
    return f"campaign:{campaign_id}"


class Cause(models.TextChoices):
    """Why somebody must not be contacted."""

    HOLDOUT = "holdout", _("holdout")
    COMPLAINT = "complaint", _("open complaint")
    MUTE = "mute", _("muted")
    BOUNCE = "bounce", _("address does not work")
    REQUEST = "request", _("asked not to be contacted")
    STAFF = "staff", _("decided by staff")
