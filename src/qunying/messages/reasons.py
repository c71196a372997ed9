"""Why a message was not sent, waits, or came to its end: one word for programs, one phrase for people."""

from django.db import models
from django.utils.functional import Promise
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
    BY_HAND = "by_hand", _("to be sent by hand")


WAITING_STATES = (State.PLANNED, State.RETRYABLE)
STALING_STATES = (*WAITING_STATES, State.BY_HAND)


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
    SENT_BY_HAND = "sent_by_hand", _("sent by hand")
    NOT_SENT_BY_HAND = "not_sent_by_hand", _("not sent by the person who was to")


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


EXPLANATIONS: dict[str, Promise] = {
    Reason.HELD_OUT: _(
        "Not sent on purpose: the member is in the group that the effect is measured against."
    ),
    Reason.NO_CONSENT: _("Not sent: the member has not agreed to promotions on this channel."),
    Reason.NO_CONTACT: _("Not sent: the member has no contact that this channel could use."),
    Reason.SUPPRESSED: _("Not sent: the member must not be contacted at present."),
    Reason.CAPPED: _("Not sent: the member had got as many promotions that day as the brand allows."),
    Reason.QUIET_HOURS: _("Waits for the end of the quiet hours."),
    Reason.STALE: _("Not sent: by the time it could have gone out it had lost its point."),
    Reason.STAFF_ACCOUNT: _("Not sent: a staff or test account."),
    Reason.CANCELLED: _("Not sent: the campaign stopped it."),
    Reason.TEMPLATE_WITHDRAWN: _("Not sent: its template was withdrawn."),
    Reason.CHANNEL_PAUSED: _("Waits until the channel is active again."),
    Reason.WAITING_TURN: _("Waits for its turn: the channel takes only so many a minute."),
    Reason.NOT_REACHED: _("Will be tried again: the provider could not be reached, nothing was sent."),
    Reason.PROVIDER_BUSY: _("Will be tried again: the provider asked to wait."),
    Reason.REJECTED: _("The provider refused it."),
    Reason.GAVE_UP: _("Not sent: the provider could not be reached in several tries."),
    Reason.NO_ANSWER: _("Unknown: the data was sent and no answer came. A person has to find out."),
    Reason.INTERRUPTED: _("Unknown: the sender stopped in the middle of the call. A person has to find out."),
    Reason.CONFIRMED: _("Sent, as a person found out."),
    Reason.DENIED: _("Not sent, as a person found out."),
    Reason.SENT_BY_HAND: _("Sent: a person posted it by hand and said so."),
    Reason.NOT_SENT_BY_HAND: _("Not sent: the person who was to post it decided against it."),
}


def explanation(state: str, reason: str) -> str:
    """Return the sentence that tells people what was decided about a message, and by which rule."""
    if reason:
        return str(EXPLANATIONS[reason])
    return str(
        {
            State.SENT: _("Sent."),
            State.CALLING: _("Being sent."),
            State.BY_HAND: _("Waits until a person has posted it."),
        }.get(State(state), _("Planned."))
    )
