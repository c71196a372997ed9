"""What the nouns are called when people read of permissions."""

from django.utils.translation import pgettext_lazy

NOUN_NAMES = {
    "accounts": pgettext_lazy("noun", "Staff and settings"),
    "activities": pgettext_lazy("noun", "Activities"),
    "campaigns": pgettext_lazy("noun", "Campaigns"),
    "communities": pgettext_lazy("noun", "Communities"),
    "content": pgettext_lazy("noun", "Content"),
    "fulfilment": pgettext_lazy("noun", "Sending and pick-up"),
    "honours": pgettext_lazy("noun", "Badges"),
    "insights": pgettext_lazy("noun", "Analysis"),
    "intake": pgettext_lazy("noun", "Import and interfaces"),
    "ledger": pgettext_lazy("noun", "Ledger"),
    "listening": pgettext_lazy("noun", "Listening"),
    "members": pgettext_lazy("noun", "Members"),
    "messages": pgettext_lazy("noun", "Messages"),
    "moderation": pgettext_lazy("noun", "Moderation"),
    "points_shop": pgettext_lazy("noun", "Points shop"),
    "referrals": pgettext_lazy("noun", "Invitations"),
    "rewards": pgettext_lazy("noun", "Coupons and points"),
    "segments": pgettext_lazy("noun", "Segments"),
    "shop": pgettext_lazy("noun", "Orders and products"),
    "vetting": pgettext_lazy("noun", "Fraud review"),
}
