"""What a board says of itself, checked."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from qunying.communities.queries.get_community import get_community
from qunying.content.boards.text import taken_text
from qunying.content.models import Board, Post
from qunying.kernel.problems import Kind, Problem

MAX_POSITION = 10_000


class BoardNameTaken(Problem):
    """Another board has the name."""

    code = "board_name_taken"
    kind = Kind.CONFLICT
    message = _("There is a board “{name}” already.")


class BoardFieldInvalid(Problem):
    """A field of a board cannot be what it is."""

    code = "board_field_invalid"
    kind = Kind.INVALID
    message = _("“{field}” is not possible.")


class MirrorNotAgreed(Problem):
    """A mirror needs a community, and its people must know."""

    code = "mirror_not_agreed"
    kind = Kind.INVALID
    message = _("A mirror needs its community, and a note on how the people in it agreed to be shown.")


class MirrorExists(Problem):
    """The community is mirrored already, or the board holds posts of its own."""

    code = "mirror_exists"
    kind = Kind.CONFLICT
    message = _("The community has a mirror already, or this board holds posts of its own.")


@dataclass(frozen=True)
class BoardProfile:
    """What a board is: see the fields of ``Board``."""

    name: str
    purpose: str = ""
    rules: str = ""
    position: int = 100
    state: str = Board.State.OPEN
    community_id: UUID | None = None
    is_mirror: bool = False
    agreed_note: str = ""

    def checked(self, board_id: UUID | None = None) -> dict[str, Any]:
        """Return the fields as they may be stored.

        Raises:
            BadText, BoardFieldInvalid, BoardNameTaken, CommunityNotFound, MirrorNotAgreed, MirrorExists.
        """
        if self.state not in Board.State.values:
            raise BoardFieldInvalid(field="state")
        if not 0 <= self.position <= MAX_POSITION:
            raise BoardFieldInvalid(field="position")
        name = taken_text(self.name, field=_g("Name"), max_length=40, lines=False)
        others = Board.objects.exclude(pk=board_id) if board_id else Board.objects.all()
        if others.filter(name=name).exists():
            raise BoardNameTaken(name=name)
        if self.community_id is not None:
            get_community(self.community_id)
        if self.is_mirror:
            if self.community_id is None or not self.agreed_note.strip():
                raise MirrorNotAgreed
            has_posts = board_id is not None and Post.objects.filter(board=board_id).exists()
            if has_posts or others.filter(community=self.community_id, is_mirror=True).exists():
                raise MirrorExists
        return {
            "name": name,
            "purpose": _optional(self.purpose, pgettext("boards", "What it is for"), 200),
            "rules": _optional(self.rules, _g("Board rules"), 2000),
            "agreed_note": _optional(self.agreed_note, _g("How the group agreed"), 200),
            "position": self.position,
            "state": self.state,
            "community_id": self.community_id,
            "is_mirror": self.is_mirror,
        }


def _optional(text: str, field: str, max_length: int) -> str:
    return taken_text(text, field=field, max_length=max_length) if text.strip() else ""
