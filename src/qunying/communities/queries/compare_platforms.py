"""Which platforms fit a target segment, and what layout follows."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from qunying.communities.models import Platform, PlatformChoice
from qunying.engines.layout import MAX_SCORE, Option, Placement, Ranked, lay_out, rank
from qunying.segments.queries.evaluate_rule import evaluate_segment

CRITERIA = ("audience", "reach", "interaction", "cost", "automation")
USUAL_WEIGHTS = {"audience": 4.0, "reach": 2.0, "interaction": 3.0, "cost": 2.0, "automation": 1.0}
IDENTITIES = {
    "wecom": ("wecom",),
    "wechat": ("openid", "unionid"),
    "official_account": ("openid", "unionid"),
    "mini_program": ("openid", "unionid"),
}
NEUTRAL = 0.5


@dataclass(frozen=True)
class Fit:
    """How well a platform fits an audience, each a share 0–1 of those members about whom it is known, else None.

    Attributes:
        present: are on it already: in a community of ours there, or known by its identity.
        age, sex, city_tier: lie in its core audience.
    """

    present: float | None = None
    age: float | None = None
    sex: float | None = None
    city_tier: float | None = None

    @property
    def share(self) -> float:
        """The mean of what is known; one half when nothing is."""
        known = [value for value in (self.present, self.age, self.sex, self.city_tier) if value is not None]
        return sum(known) / len(known) if known else NEUTRAL

    @property
    def is_known(self) -> bool:
        """Whether anything is known at all."""
        return any(value is not None for value in (self.present, self.age, self.sex, self.city_tier))


@dataclass(frozen=True)
class Compared:
    """A platform with its scores 0–5 by criterion, its points, and how it fits."""

    platform: Platform
    scores: Mapping[str, float]
    ranked: Ranked
    fit: Fit


@dataclass(frozen=True)
class Comparison:
    """Platforms, best first, and the layout that follows.

    Attributes:
        people: size of the audience; None when no segment is chosen.
        rows: all offered platforms.
        layout: the best platform for each purpose, with the reasons.
        weights: as they were used.
    """

    people: int | None
    rows: list[Compared]
    layout: list[Placement]
    weights: Mapping[str, float]


def compare_platforms(
    *, segment_id: UUID | None, weights: Mapping[str, float], as_of: datetime
) -> Comparison:
    """Compare the offered platforms for a segment, or in general.

    ``audience`` is five times the share of :class:`Fit`; ``reach`` and ``interaction`` are the registry's judgements;
    ``cost`` counts the other way round; ``automation`` is the share of abilities.

    Raises:
        SegmentNotFound: when there is no such segment.
        ValueError: when weights are negative or all 0.
    """
    platforms = list(Platform.objects.filter(is_offered=True).order_by("slug"))
    members = evaluate_segment(segment_id, as_of) if segment_id else None
    fits = _fits(platforms, members, as_of) if members else defaultdict(Fit)
    options = [_option(platform, fits[platform.slug]) for platform in platforms]
    ranked = {one.key: one for one in rank(options, weights)} if options else {}
    by_slug = {option.key: option for option in options}
    rows = [
        Compared(platform, by_slug[platform.slug].scores, ranked[platform.slug], fits[platform.slug])
        for platform in platforms
    ]
    rows.sort(key=lambda row: (-row.ranked.total, row.platform.slug))
    people = len(members) if members is not None else None
    layout = lay_out(options, weights, list(Platform.Purpose.values), people or 0) if options else []
    return Comparison(people, rows, layout, weights)


def list_layout() -> list[PlatformChoice]:
    """Return the platforms that the brand has chosen, by segment and purpose."""
    rows = PlatformChoice.objects.select_related("platform", "segment", "owner")
    return list(rows.order_by("segment__name", "purpose", "platform"))


def _option(platform: Platform, fit: Fit) -> Option:
    scores = {
        "audience": MAX_SCORE * fit.share,
        "reach": float(platform.reach),
        "interaction": float(platform.interaction),
        "cost": float(6 - platform.cost),
        "automation": MAX_SCORE * len(platform.abilities) / len(Platform.Ability.values),
    }
    return Option(
        platform.slug, scores, frozenset(platform.purposes), platform.group_capacity, share=fit.share
    )


_ATTRIBUTES = """
SELECT a.name, a.value, count(*) FROM members_attribute a
WHERE a.member_id = ANY(%(members)s) AND a.name IN ('age', 'birth_year', 'sex', 'city_tier')
GROUP BY a.name, a.value
"""
_IN_COMMUNITIES = """
SELECT c.platform, count(DISTINCT g.member_id) FROM communities_groupmember g
JOIN communities_community c ON c.id = g.community_id
WHERE g.member_id = ANY(%(members)s) AND g.left_at IS NULL GROUP BY c.platform
"""
_KNOWN_BY = """
SELECT i.type, count(DISTINCT i.member_id) FROM members_identity i
WHERE i.member_id = ANY(%(members)s) AND i.type IN ('wecom', 'openid', 'unionid') GROUP BY i.type
"""


def _fits(platforms: Collection[Platform], members: list[UUID], as_of: datetime) -> dict[str, Fit]:
    with connection.cursor() as cursor:
        found = []
        for query in (_ATTRIBUTES, _IN_COMMUNITIES, _KNOWN_BY):
            cursor.execute(query, {"members": members})
            found.append(cursor.fetchall())
    values: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name, value, count in found[0]:
        is_year = name == "birth_year" and value.isdecimal()
        values["age" if is_year else name].append((str(as_of.year - int(value)) if is_year else value, count))
    present, known_by = dict(found[1]), dict(found[2])
    is_somebody_present = any(present.values()) or any(known_by.values())
    fits = {}
    for platform in platforms:
        identities = max((known_by.get(type_, 0) for type_ in IDENTITIES.get(platform.slug, ())), default=0)
        there = max(present.get(platform.slug, 0), identities)
        fits[platform.slug] = Fit(
            present=there / len(members) if is_somebody_present else None,
            age=_share(values["age"], _aged(platform.age_from, platform.age_until)),
            sex=_share(values["sex"], _among(platform.core_sexes)),
            city_tier=_share(values["city_tier"], _among(platform.core_city_tiers)),
        )
    return fits


def _aged(youngest: int, oldest: int) -> Callable[[str], bool]:
    return lambda age: age.isdecimal() and youngest <= int(age) <= oldest


def _among(core: Collection[str]) -> Callable[[str], bool]:
    """Return what tells whether a value is in the core audience; an empty core stands for everybody."""
    return lambda value: not core or value in core


def _share(values: list[tuple[str, int]], fits: Callable[[str], bool]) -> float | None:
    known = sum(count for _value, count in values)
    return sum(count for value, count in values if fits(value)) / known if known else None
