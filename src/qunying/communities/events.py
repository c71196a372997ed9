"""What communities report to the stream."""

from django.utils.translation import gettext_lazy as _

from qunying.communities.models import Community, GroupMember, Message, Restriction
from qunying.stream.events import EventType

COMMUNITY_JOINED = EventType(
    "community_joined",
    _("Joined a community"),
    properties={
        "source": "how they came",
        "role": "owner, admin or member",
        "invited_by": "who brought them, if anybody",
        "platform_user_id": "who is not a known member",
    },
    words={"role": dict(GroupMember.Role.choices)},
)
COMMUNITY_LEFT = EventType(
    "community_left", _("Left a community"), properties={"platform_user_id": "who is not a known member"}
)
COMMUNITY_ROLE_CHANGED = EventType(
    "community_role_changed",
    _("Role in a community changed"),
    properties={
        "old": "role before",
        "new": "role now",
        "platform_user_id": "who is not a known member",
    },
    words={"old": dict(GroupMember.Role.choices), "new": dict(GroupMember.Role.choices)},
)
COMMUNITY_STATE_CHANGED = EventType(
    "community_state_changed",
    _("Community moved on"),
    properties={"old": "state before", "new": "state now", "reason": "why, if said"},
    words={"old": dict(Community.State.choices), "new": dict(Community.State.choices)},
)
RESTRICTION_SET = EventType(
    "restriction_set",
    _("Restricted in communities"),
    properties={
        "kind": "mute or ban",
        "until": "when it ends by itself, if it does",
        "reference": "what asked for it",
    },
    words={"kind": dict(Restriction.Kind.choices)},
)
RESTRICTION_LIFTED = EventType(
    "restriction_lifted",
    _("Restriction lifted"),
    properties={"kind": "mute or ban", "reference": "what had asked for it"},
    words={"kind": dict(Restriction.Kind.choices)},
)
MESSAGE_POSTED = EventType(
    "message_posted",
    _("Said something in a community"),
    properties={
        "kind": "text, picture, video, link, file or card",
        "reply_to": "the message that it answers, known or not",
        "topics": "topics that it names, with commas between them",
        "question": "yes when it looks like a question",
        "platform_user_id": "who is not a known member",
    },
    words={"kind": dict(Message.Kind.choices), "question": {"yes": _("a question")}},
)
MESSAGE_DELETED = EventType("message_deleted", _("Took back a message in a community"))
