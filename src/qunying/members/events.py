"""What is recorded of members: each change with its old and new value, so that any past day can be asked."""

from django.utils.translation import gettext_lazy as _

from qunying.stream.events import EventType

MEMBER_CREATED = EventType("member_created", _("Became a member"), properties={"source": "staff, import …"})
ATTRIBUTE_CHANGED = EventType(
    "attribute_changed",
    _("Attribute changed"),
    properties={
        "attribute": "its name, e.g. country",
        "old": "the value before; empty when there was none",
        "new": "the value now; empty when it was removed",
        "source": "declared, survey, staff, import, inferred",
    },
)
TAG_ADDED = EventType(
    "tag_added", _("Tag added"), properties={"tag": "its name", "source": "manual, rule, import"}
)
TAG_REMOVED = EventType("tag_removed", _("Tag removed"), properties={"tag": "its name"})
CONSENT_CHANGED = EventType(
    "consent_changed",
    _("Consent changed"),
    properties={
        "channel": "the kind of message channel",
        "old": "granted, withdrawn, or empty when never asked",
        "new": "granted or withdrawn",
        "text_hash": "SHA-256 of the wording that was agreed to",
        "actor": "who entered it",
    },
)
STAGE_CHANGED = EventType(
    "stage_changed",
    _("Lifecycle stage changed"),
    properties={"old": "the stage before", "new": "the stage now"},
)
IDENTITY_ADDED = EventType(
    "identity_added", _("Identity added"), properties={"type": "phone, email, wecom …"}
)
ANONYMOUS_LINKED = EventType("anonymous_linked", _("Visitor recognised"))
_MERGE = {"merged": "the other member's id", "actor": "who decided it"}
MEMBERS_MERGED = EventType("members_merged", _("Merged with another member"), properties=_MERGE)
MERGE_UNDONE = EventType("merge_undone", _("Merge undone"), properties=_MERGE)
CONTACT_REVEALED = EventType(
    "contact_revealed",
    _("Contact shown to staff"),
    properties={"type": "phone, email …", "actor": "who looked"},
)
STAFF_MARKED = EventType(
    "staff_account_marked",
    _("Staff account mark changed"),
    properties={"new": "yes or no", "actor": "who marked it"},
)
PREFERENCE_CHANGED = EventType(
    "preference_changed",
    _("Preference changed"),
    properties={
        "preference": "language or quiet_hours",
        "old": "what was chosen before; empty for nothing",
        "new": "what is chosen now, e.g. en or 21:00-09:00",
    },
)
MEMBER_SIGNED_IN = EventType("member_signed_in", _("Signed in"))
MEMBER_ERASED = EventType(
    "member_erased",
    _("Erased"),
    properties={"actor": "who carried it out", "asked_by": "who entered the request"},
)
MEMBER_ASKED = EventType(
    "member_data_asked", _("Asked about their data"), properties={"kind": "correction or erasure"}
)
MEMBER_ANSWERED = EventType(
    "member_data_answered",
    _("Got an answer about their data"),
    properties={"kind": "correction or erasure", "state": "done or refused", "actor": "who answered"},
)
