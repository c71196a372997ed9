"""Asking whether what a member says may be shown at once.

The noun above, moderation, registers its screen when the installation starts. Boards, comments and submissions ask
before they show anything. While nobody screens, everything is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True)
class Spoken:
    """Something that a member is about to say.

    Args:
        text: everything that others would read, title and body.
        member_id: who says it.
        community_id: where, or None for a public page.
        kind: ``post``, ``comment`` or ``submission``.
    """

    text: str
    member_id: UUID | None
    community_id: UUID | None
    kind: Literal["post", "comment", "submission"]


@dataclass(frozen=True)
class Verdict:
    """What is to become of it.

    Args:
        action: show it, keep it until somebody has looked, or refuse it.
        reasons: what was found, as codes.
        replaced_text: the text to show instead, when words were covered.
    """

    action: Literal["publish", "review", "refuse"] = "publish"
    reasons: tuple[str, ...] = ()
    replaced_text: str | None = None


type Screen = Callable[[Spoken], Verdict]

_screens: list[Screen] = []


def register_screen(screen: Screen) -> None:
    """Let a screen answer from now on; it takes the place of the one before."""
    _screens[:] = [screen]


def screen(spoken: Spoken) -> Verdict:
    """Return the verdict on what somebody is about to say."""
    return _screens[0](spoken) if _screens else Verdict()
