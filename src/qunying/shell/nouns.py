"""The nouns of the house, top to bottom, and the doors that they have. The shell mounts what it finds."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

NOUNS = [
    "qunying.insights",
    "qunying.intake",
    "qunying.campaigns",
    "qunying.listening",
    "qunying.moderation",
    "qunying.referrals",
    "qunying.points_shop.apps.PointsShopConfig",
    "qunying.activities",
    "qunying.content",
    "qunying.honours",
    "qunying.communities",
    "qunying.messages.apps.MessagesConfig",
    "qunying.fulfilment",
    "qunying.rewards",
    "qunying.ledger",
    "qunying.vetting",
    "qunying.segments",
    "qunying.shop",
    "qunying.members",
    "qunying.accounts",
    "qunying.stream",
    "qunying.kernel",
    "qunying.shell",
]


def noun_packages() -> list[str]:
    """Return the package of each noun, e.g. ``qunying.rewards``."""
    return [".".join(name.split(".")[:2]) for name in NOUNS]


def doors(kind: str, *, only: str = "") -> list[tuple[str, ModuleType]]:
    """Return (noun, module) for each noun that has this door (console, api, cli, member, jobs, reactions).

    Args:
        kind: of the door.
        only: leave out the other nouns, when there is one of this name.
    """
    packages = [package for package in noun_packages() if package == f"qunying.{only}"]
    return [
        (package.split(".")[1], import_module(f"{package}.doors.{kind}"))
        for package in packages or noun_packages()
        if find_spec(f"{package}.doors") and find_spec(f"{package}.doors.{kind}")
    ]
