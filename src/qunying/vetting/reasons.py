"""Why something is held: in words for staff, and in words for the member, who has a right to know."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Reason:
    """One reason: its short name, what staff should look at, what the member is told."""

    title: str | Promise
    for_staff: str | Promise
    for_member: str | Promise


REASONS: dict[str, Reason] = {
    "same_device": Reason(
        _("same device"),
        _(
            "Several accounts were used on one device: of inviter and friend, of friends of one member, or of winners."
        ),
        _("The same device was used for several accounts."),
    ),
    "same_phone": Reason(
        _("same phone"),
        _(
            "Several accounts gave the shop one phone number: of inviter and friend, of friends of one member, or of winners."
        ),
        _("The same phone number was given for several accounts."),
    ),
    "same_address": Reason(
        _("same address"),
        _(
            "Several accounts have goods sent to one address: of inviter and friend, of friends of one member, or of winners."
        ),
        _("The same delivery address was given for several accounts."),
    ),
    "same_payment": Reason(
        _("same payment account"),
        _(
            "Several accounts pay from one account: of inviter and friend, of friends of one member, or of winners."
        ),
        _("The same payment account was used for several accounts."),
    ),
    "ring": Reason(
        _("ring of accounts"),
        _("The account has something in common with one further up the line of invitations."),
        _("Accounts in one line of invitations seem to belong together."),
    ),
    "velocity": Reason(
        _("unusually many"),
        _("Far more in one day than an honest person brings or wins."),
        _("There were unusually many in one day."),
    ),
    "burst": Reason(
        _("burst"),
        _("Many within a few minutes, as programs do it."),
        _("There were unusually many within a few minutes."),
    ),
    "same_network": Reason(
        _("one network"),
        _(
            "Many came from one block of network addresses on one day. An office or a school can look like this."
        ),
        _("Unusually many came from one network."),
    ),
    "returns": Reason(
        _("returned after reward"),
        _("Friends of this member have returned their orders before, after the reward was given."),
        _("Earlier orders of friends were returned after the reward."),
    ),
}


def known(codes: Iterable[str]) -> list[str]:
    """Return codes in the order of the table, each once; what is no code is left out."""
    wanted = set(codes)
    return [code for code in REASONS if code in wanted]
