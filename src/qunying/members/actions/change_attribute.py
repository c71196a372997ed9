"""What is known of a member changes."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.members.events import ATTRIBUTE_CHANGED
from qunying.members.models import Attribute
from qunying.members.queries.get_member import lock_living_member
from qunying.stream.record import NewEvent, record

MAX_VALUE_LENGTH = 500
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class BadAttribute(Problem):
    """The name of an attribute is not a plain word, or its source is unknown."""

    code = "bad_attribute"
    kind = Kind.INVALID
    message = _("“{attribute}” cannot be an attribute: use small letters, digits and _.")


@dataclass(frozen=True)
class AttributeChanged:
    """The attribute before and now; empty is “none”."""

    member_id: UUID
    attribute: str
    old: str
    new: str


@action
def change_attribute(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_id: UUID,
    attribute: str,
    value: str,
    source: str = Attribute.Source.STAFF,
) -> AttributeChanged:
    """Set an attribute of a member; an empty value takes it away. The same value again records nothing.

    Args:
        attribute: a plain word, e.g. ``country``, ``birth_year``.
        value: up to 500 characters.
        source: an ``Attribute.Source``.

    Raises:
        MemberNotFound: when there is no such member.
        BadAttribute, BadText: when name, source or value are not what they should be.
    """
    if not _NAME.fullmatch(attribute) or source not in Attribute.Source.values:
        raise BadAttribute(attribute=attribute[:64])
    new = checked_text(value, field=attribute, max_length=MAX_VALUE_LENGTH, may_be_empty=True)
    member = lock_living_member(member_id)
    present = Attribute.objects.filter(member=member, name=attribute).first()
    old = present.value if present else ""
    if old == new:
        return AttributeChanged(member.id, attribute, old, new)
    if new:
        Attribute.objects.update_or_create(
            member=member, name=attribute, defaults={"value": new, "source": source, "changed_at": now}
        )
    elif present:
        present.delete()
    properties = {"attribute": attribute, "old": old, "new": new, "source": source}
    record(
        NewEvent(
            type=ATTRIBUTE_CHANGED,
            occurred_at=now,
            received_at=now,
            member_id=member.id,
            properties=properties,
        )
    )
    return AttributeChanged(member.id, attribute, old, new)
