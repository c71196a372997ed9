"""What is known of one member, as rows for a page."""

from uuid import UUID

from qunying.members.models import Attribute, Consent, Identity, Merge


def list_identities(member_id: UUID) -> list[Identity]:
    """Return the identities of a member, in the order in which they became known."""
    return list(Identity.objects.filter(member_id=member_id).order_by("id"))


def list_attributes(member_id: UUID) -> list[Attribute]:
    """Return the attributes of a member by name, each with its source and date."""
    return list(Attribute.objects.filter(member_id=member_id).order_by("name"))


def list_consent_states(member_id: UUID) -> list[Consent]:
    """Return what a member said last about each kind of channel."""
    return list(Consent.objects.filter(member_id=member_id).order_by("channel"))


def list_merges(member_id: UUID) -> list[Merge]:
    """Return the merges into a member that are in force, the latest first."""
    return list(Merge.objects.filter(kept_id=member_id, undone_at=None).order_by("-merged_at"))


def get_identity_value(member_id: UUID, identity_id: int) -> str:
    """Return a contact in full. Ask only after ``reveal_contact`` has recorded it."""
    return Identity.objects.get(pk=identity_id, member_id=member_id).value
