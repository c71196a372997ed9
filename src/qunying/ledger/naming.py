"""What accounts, assets and movements are called where people read them.

The nouns above say what is theirs is called: coupons, campaigns, the kinds of their movements.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from uuid import UUID

from babel.numbers import get_currency_name
from django.utils.functional import Promise
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actors import Actor
from qunying.kernel.money import display_money
from qunying.ledger.accounts import GROWTH, POINTS, OwnerKind, is_money
from qunying.members.queries.describe_members import name_members
from qunying.stream.events import EventType

type Names = Callable[[Collection[UUID]], Mapping[UUID, str]]

KIND_NAMES: dict[str, str | Promise] = {
    "adjusted": _("Correction by hand"),
    "budget_closed": _("Budget closed"),
    "budget_opened": _("Budget opened"),
    "hold_placed": _("Held"),
    "hold_settled": _("Hold settled"),
    "hold_voided": _("Hold given back"),
    "hold_expired": _("Hold lapsed"),
    "lot_expired": _("Units expired"),
    "reversed": _("Taken back"),
}
_ASSETS: dict[str, tuple[str | Promise, Names]] = {}
_OWNERS: dict[str, list[Names]] = defaultdict(list)
# The page about one of something: kind of asset or owner → (who knows which ids are theirs, URL name).
_PAGES: dict[str, list[tuple[Names, str]]] = defaultdict(list)


def register_asset_names(kind: str, title: str | Promise, names: Names, page: str = "") -> None:
    """Say what assets ``kind:<id>`` are called: ``title`` for all of them, ``names`` by id; ``page``: URL name of one."""
    _ASSETS[kind] = (title, names)
    if page:
        _PAGES[kind].append((names, page))


def register_owner_names(kind: OwnerKind, names: Names, page: str = "") -> None:
    """Say what owners of accounts are called; several nouns may own accounts of a kind. page: URL name of one."""
    _OWNERS[kind].append(names)
    if page:
        _PAGES[kind].append((names, page))


def find_pages(kind: str, ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return (name, URL name of its page) of things of a kind, as far as somebody knows them."""
    return {key: (name, page) for names, page in _PAGES[kind] for key, name in names(ids).items()}


def name_assets(assets: Iterable[str]) -> dict[str, str]:
    """Return the name of each asset: a currency, points, a coupon by its own name."""
    named: dict[str, str] = {}
    ids: dict[str, dict[str, UUID]] = defaultdict(dict)
    for asset in set(assets):
        kind, _colon, key = asset.partition(":")
        if key:
            ids[kind][asset] = UUID(key)
        else:
            named[asset] = _plain(asset)
    for kind, keys in ids.items():
        title, names = _ASSETS.get(kind, (kind, lambda _ids: {}))
        found = names(list(keys.values()))
        named |= {asset: found.get(key) or f"{title} {str(key)[:8]}" for asset, key in keys.items()}
    return named


def _plain(asset: str) -> str:
    if asset == POINTS:
        return str(_("Points"))
    if asset == GROWTH:
        return str(_("Growth value"))
    if is_money(asset):
        return str(get_currency_name(asset.upper(), locale=to_locale(get_language() or "en")))
    return str(_ASSETS[asset][0]) if asset in _ASSETS else asset


def name_owners(owners: Iterable[tuple[str, UUID]], actor: Actor) -> dict[tuple[str, UUID], str]:
    """Return the name of each owner, members as far as the actor may see them."""
    ids: dict[str, set[UUID]] = defaultdict(set)
    for kind, key in owners:
        ids[kind].add(key)
    named: dict[tuple[str, UUID], str] = {}
    for kind, keys in ids.items():
        if kind == OwnerKind.MEMBER:
            found: Mapping[UUID, str] = name_members(keys, actor)
        else:
            found = {key: name for names in _OWNERS[kind] for key, name in names(keys).items()}
        named |= {(kind, key): found.get(key) or str(_OWNER_TITLES.get(kind, kind)) for key in keys}
    return named


_OWNER_TITLES: dict[str, str | Promise] = {
    OwnerKind.BRAND: _("The brand"),
    OwnerKind.CAMPAIGN: _("A campaign"),
    OwnerKind.MEMBER: _("A member"),
}


def name_kind(kind: str) -> str:
    """Return what a kind of movement is called; many have the name of the event that they go with."""
    known = EventType.known.get(kind)
    return str(KIND_NAMES.get(kind) or (known.title if known else kind))


def display_amount(amount: int, asset: str, *, signed: bool = False) -> str:
    """Return an amount in the unit of its asset: money as money, everything else as a number."""
    shown = display_money(amount, asset.upper()) if is_money(asset) else f"{amount:,}"
    return f"+{shown}" if signed and amount > 0 else shown
