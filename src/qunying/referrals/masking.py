"""Names as other members may see them."""

from uuid import UUID

from qunying.members.queries.describe_members import pseudonym


def masked_name(name: str, member_id: UUID) -> str:
    """Return a name of which only the first sign is shown: ``王**``, ``A**``; a pseudonym where there is none."""
    shown = name.strip()
    return f"{shown[0]}**" if shown else pseudonym(member_id)
