"""Who may do what: the one table of roles and action ids. ``noun.view`` lets a role open a noun's pages.

``*`` stands for any run of characters. What is not listed is refused.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(StrEnum):
    """What a person does for the brand."""

    OWNER = "owner"
    MANAGER = "manager"
    OPERATOR = "operator"
    ANALYST = "analyst"
    CUSTOMER_SERVICE = "customer_service"
    MODERATOR = "moderator"


ROLE_NAMES = {
    Role.OWNER: pgettext_lazy("role", "Owner"),
    Role.MANAGER: _("Manager"),
    Role.OPERATOR: _("Operator"),
    Role.ANALYST: _("Analyst"),
    Role.CUSTOMER_SERVICE: _("Customer service"),
    Role.MODERATOR: _("Moderator"),
}

_ANALYST = frozenset(
    {
        "insights.*",
        "segments.*",
        "members.view",
        "campaigns.view",
        "activities.view",
        "honours.view",
        "referrals.view",
        "points_shop.view",
        "communities.view",
        "content.view",
        "shop.view",
    }
)

_OPERATOR = frozenset(
    {
        *_ANALYST,
        "campaigns.*",
        "activities.*",
        "honours.*",
        "referrals.*",
        "vetting.view",
        "vetting.note_mark",
        "vetting.file_case",
        "vetting.decide_case",
        "points_shop.*",
        "communities.*",
        "content.*",
        "listening.view",
        "listening.open_crisis",
        "listening.note_crisis",
        "listening.finish_task",
        "moderation.view",
        "moderation.open_case",
        "messages.*",
        "rewards.*",
        "fulfilment.view",
        "fulfilment.send_fulfilment",
        "fulfilment.import_tracking",
        "fulfilment.receive_fulfilment",
        "fulfilment.return_fulfilment",
        "fulfilment.queue_again",
        "fulfilment.write_place",
        "intake.*",
        "ledger.view",
        "members.see_names",
        "members.create_member",
        "members.tag_member",
        "members.untag_member",
        "members.change_attribute",
        "members.change_consent",
    }
)

_CUSTOMER_SERVICE = frozenset(
    {
        "members.view",
        "members.see_names",
        "members.see_contacts",
        "members.reveal_contact",
        "members.create_member",
        "members.add_identity",
        "members.merge_members",
        "members.undo_merge",
        "members.answer_data_request",
        "members.tag_member",
        "members.untag_member",
        "members.change_attribute",
        "members.change_consent",
        "listening.view",
        "listening.open_crisis",
        "listening.note_crisis",
        "listening.finish_task",
        "moderation.view",
        "moderation.open_case",
        "shop.view",
        "activities.view",
        "activities.admit_member",
        "activities.admit_walk_in",
        "activities.cancel_booking",
        "activities.cancel_registration",
        "fulfilment.*",
        "referrals.view",
        "referrals.make_code",
        "referrals.accept_invitation",
        "vetting.view",
        "activities.redeem_right",
        "activities.cancel_right",
        "points_shop.view",
        "points_shop.cancel_purchase",
        "rewards.view",
        "rewards.claim_coupon",
        "rewards.roll_back_coupon",
        "rewards.refund_order",
        "rewards.cancel_order",
        "messages.view",
        "content.view",
    }
)

# Removal and closing accounts are the owner's; policy, rules and early lifting the manager's as well.
_MODERATOR = frozenset(
    {
        "moderation.view",
        "moderation.open_case",
        "moderation.claim_case",
        "moderation.release_case",
        "moderation.decide_case",
        "moderation.penalise_member",
        "moderation.judge_appeal",
        "moderation.report_subject",
        "moderation.submit_appeal",
        "moderation.accept_rules",
        "moderation.import_words",
        "moderation.remove_word",
        "listening.view",
        "listening.open_crisis",
        "listening.note_crisis",
        "listening.finish_task",
        "communities.view",
        "content.view",
        "members.view",
        "members.see_names",
    }
)

_MANAGER = frozenset(
    {
        *_OPERATOR,
        *_CUSTOMER_SERVICE,
        *_MODERATOR,
        "moderation.lift_penalty",
        "moderation.change_violation",
        "moderation.publish_policy",
        "moderation.publish_rules",
        "vetting.*",
        "listening.*",
        "accounts.view",
        "members.*",
        "ledger.*",
        "shop.*",
        "accounts.view_audit",
    }
)

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.OWNER: frozenset({"*"}),
    Role.MANAGER: _MANAGER,
    Role.OPERATOR: _OPERATOR,
    Role.ANALYST: _ANALYST,
    Role.CUSTOMER_SERVICE: _CUSTOMER_SERVICE,
    Role.MODERATOR: _MODERATOR,
}
