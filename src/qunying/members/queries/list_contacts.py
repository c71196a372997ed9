"""Contacts and consents of many members at once, for those who send."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from qunying.members.models import Member

# Somebody merged since the ids were written down is answered for as who they are now.
_ASKED = """
WITH asked AS (
    SELECT wanted.id, coalesce(map.member_id, wanted.id) AS member_id
    FROM unnest(%s::uuid[]) AS wanted(id) LEFT JOIN identity_map AS map ON map.key = wanted.id
)
"""
_CONTACTS = f"""{_ASKED}
SELECT DISTINCT ON (asked.id) asked.id, identity.value
FROM asked JOIN members_identity AS identity USING (member_id) WHERE identity.type = %s
ORDER BY asked.id, identity.verified_at DESC NULLS LAST, identity.id DESC
"""  # noqa: S608 - constants
_CONSENTS = f"""{_ASKED}
SELECT asked.id, consent.granted
FROM asked JOIN members_consent AS consent USING (member_id) WHERE consent.channel = %s
"""  # noqa: S608 - constants


def list_contacts(member_ids: Iterable[UUID], type: str) -> dict[UUID, str]:  # noqa: A002 - the word of the domain
    """Return one contact of a type (``email`` …) per member who has one: verified first, then the newest."""
    with connection.cursor() as cursor:
        cursor.execute(_CONTACTS, [list(member_ids), type])
        return dict(cursor.fetchall())


def list_consents(member_ids: Iterable[UUID], channel: str) -> dict[UUID, bool]:
    """Return per member whether they agree to be contacted on a channel; who was never asked is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_CONSENTS, [list(member_ids), channel])
        return dict(cursor.fetchall())


def list_names(member_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the name of each member, for personal texts; empty when it is not known."""
    return dict(Member.objects.filter(pk__in=list(member_ids)).values_list("pk", "name"))


def list_staff_accounts(member_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of the members are staff or test accounts: they never count in results."""
    return set(Member.objects.filter(pk__in=list(member_ids), is_staff=True).values_list("pk", flat=True))
