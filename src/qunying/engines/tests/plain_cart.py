"""The slow, obvious way to the best price: every set of offers, worked out unit by unit. What the search is compared with."""

from itertools import combinations

from qunying.engines.cart_offers import (
    PRICE_TAGS,
    AmountOff,
    Bundle,
    BuyGet,
    Cart,
    EveryOff,
    FreeShipping,
    Gift,
    Offer,
    PercentOff,
    StepsOff,
    UnitPrice,
)
from qunying.engines.cart_pricing import not_fitting
from qunying.engines.coupon_value import split


def plain_price(cart: Cart, offers: list[Offer]) -> tuple[int, int, int, int, tuple[str, ...]]:
    """Return the key of the best set: total, gifts' worth (negative), coupons, offers, ids."""
    fit = [offer for offer in offers if not not_fitting(offer, cart)]
    tags = [offer for offer in fit if isinstance(offer.benefit, PRICE_TAGS) and offer.alone == "no"]
    others = [offer for offer in fit if offer not in tags]
    keys = (
        _key(cart, tags, chosen)
        for size in range(len(others) + 1)
        for chosen in combinations(others, size)
        if _allowed(cart, chosen)
    )
    best: tuple[int, int, int, int, tuple[str, ...]] = min(key for key in keys if key is not None)
    return best


def is_tag(offer: Offer) -> bool:
    """Tell whether it is a price tag that is not declined."""
    return isinstance(offer.benefit, PRICE_TAGS) and offer.alone == "no"


def price_of(cart, tags, chosen):
    """Return the key of one set of offers, or None when it is not allowed."""
    if any(not_fitting(offer, cart) for offer in chosen) or not _allowed(cart, chosen):
        return None
    return _key(cart, [tag for tag in tags if not not_fitting(tag, cart)], chosen)


def _lines(cart, offer):
    return [
        line for line in cart.lines if offer.scope.covers(line) and line.quantity * line.unit_price_minor > 0
    ]


def _allowed(cart, chosen):
    for one, other in combinations(chosen, 2):
        if "cart" in (one.alone, other.alone) or (one.family and one.family == other.family):
            return False
        shared = {line.id for line in _lines(cart, one)} & {line.id for line in _lines(cart, other)}
        if one.alone == other.alone == "lines" and shared:
            return False
        if one.group and one.group == other.group and "cart" in (one.once_per, other.once_per):
            return False
    return True


def _key(cart, tags, chosen):
    lines = sorted(cart.lines, key=lambda line: line.id)
    listed = {line.id: line.quantity * line.unit_price_minor for line in lines}
    left, shipping, worth = dict(listed), cart.shipping_minor, 0
    closed: set[str] = {line.id for offer in chosen if offer.alone != "no" for line in _lines(cart, offer)}
    if any(offer.alone == "cart" for offer in chosen):
        closed = {*listed}
    for line in lines:
        left[line.id] -= _lowest_tag(cart, tags, line, closed)
    serving: dict[str, set[str]] = {}
    for offer in sorted(chosen, key=lambda offer: (offer.alone == "no", offer.stage, offer.id)):
        mine = [line for line in _lines(cart, offer) if offer.alone != "no" or line.id not in closed]
        ids = {line.id for line in mine}
        if offer.group and ids & serving.setdefault(offer.group, set()):
            return None  # of a group one offer serves a line
        serving.setdefault(offer.group, set()).update(ids)
        counted = listed if offer.counts == "list" else left
        effect = _effect(offer, mine, counted, left, shipping)
        if effect is None:
            return None
        parts, off_shipping, gift = effect
        for line, part in zip(mine, parts, strict=True):
            left[line.id] -= part
        shipping -= off_shipping
        worth += gift
    coupons = sum(offer.is_coupon for offer in chosen)
    names = tuple(sorted(offer.id for offer in chosen))
    return (sum(left.values()) + shipping, -worth, coupons, len(chosen), names)


def _lowest_tag(cart, tags, line, closed):
    offs = [0]
    for tag in tags:
        open_units = sum(one.quantity for one in _lines(cart, tag) if one.id not in closed)
        if line.id not in closed and line in _lines(cart, tag) and open_units >= tag.least_units:
            offs.append(_tag(tag, line))
    return max(offs)


def _tag(tag, line):
    if isinstance(tag.benefit, UnitPrice):
        off = line.quantity * (line.unit_price_minor - tag.benefit.price_minor)
    else:
        off = line.quantity * line.unit_price_minor * tag.benefit.basis_points // 10_000
    return max(0, min(off, line.quantity * line.unit_price_minor - line.floor_minor))


def _effect(offer, mine, counted, left, shipping):
    total = sum(counted[line.id] for line in mine)
    if not mine or total < offer.threshold_minor or sum(line.quantity for line in mine) < offer.least_units:
        return None
    nothing = [0] * len(mine)
    benefit = offer.benefit
    if isinstance(benefit, Gift):
        return nothing, 0, benefit.quantity * benefit.worth_minor
    if isinstance(benefit, FreeShipping):
        off = shipping if benefit.cap_minor is None else min(shipping, benefit.cap_minor)
        return (nothing, off, 0) if off else None
    if isinstance(benefit, PRICE_TAGS):
        parts = [_tag(offer, line) for line in mine]
        return (parts, 0, 0) if sum(parts) else None
    part = [counted[line.id] for line in mine]
    if isinstance(benefit, AmountOff):
        off = benefit.amount_minor
    elif isinstance(benefit, PercentOff):
        off = total * benefit.basis_points // 10_000
        off = off if benefit.cap_minor is None else min(off, benefit.cap_minor)
    elif isinstance(benefit, StepsOff):
        off = max([less for threshold, less in benefit.steps if total >= threshold], default=0)
    elif isinstance(benefit, EveryOff):
        times = total // benefit.each_minor
        off = benefit.amount_minor * (times if benefit.most_times is None else min(times, benefit.most_times))
    else:
        off, part = _units(benefit, mine, counted)
    rooms = [min(most, left[line.id] - line.floor_minor) for line, most in zip(mine, part, strict=True)]
    off = min(off, total, sum(rooms))
    return (split(off, rooms), 0, 0) if off else None


def _units(benefit, mine, counted):
    """Every unit by itself: dearest first, in groups."""
    units = []
    for at, line in enumerate(mine):
        value, dearer = divmod(counted[line.id], line.quantity)
        units += [(value + (number < dearer), at) for number in range(line.quantity)]
    units.sort(key=lambda unit: (-unit[0], unit[1]))
    size = benefit.units if isinstance(benefit, Bundle) else benefit.buy + benefit.get
    off, part = 0, [0] * len(mine)
    times = len(units) // size
    for number in range(times if benefit.most_times is None else min(times, benefit.most_times)):
        group = units[number * size : (number + 1) * size]
        if isinstance(benefit, Bundle):
            saved = sum(value for value, _at in group) - benefit.price_minor
        else:
            assert isinstance(benefit, BuyGet)
            saved = sum(value for value, _at in group[benefit.buy :])
        if isinstance(benefit, Bundle) and saved <= 0:
            break
        off += saved
        for value, at in group:
            part[at] += value
    return off, part
