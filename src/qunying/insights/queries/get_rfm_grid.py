"""Members by recency, frequency and money, with the group that each combination stands for."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from qunying.engines.rfm import BINS, group
from qunying.segments.queries.count_scores import count_elsewhere, count_scores
from qunying.stream.lake import Analysis


@dataclass(frozen=True)
class RfmCell:
    """Members with one recency and one frequency score (5 the best), and their money in minor units."""

    recency: int
    frequency: int
    members: int
    monetary_minor: int


@dataclass(frozen=True)
class RfmGroup:
    """Members of one group such as ``champions``."""

    code: str
    members: int
    monetary_minor: int


@dataclass(frozen=True)
class RfmGrid:
    """The 25 cells, best recency first, and the groups by size; ``elsewhere`` are orders in other currencies than the brand's,
    whose amounts are in no sum."""

    as_of: datetime
    cells: list[RfmCell]
    groups: list[RfmGroup]
    elsewhere: int = 0


def get_rfm_grid(analysis: Analysis, as_of: datetime) -> RfmGrid:
    """Return how many members have which scores at an instant; ``analysis`` was opened with the same one.

    The grid and its groups are made of fifths, also where the brand's own scores are thirds or tenths.
    """
    members: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for scored in count_scores(analysis, as_of, bins=BINS):
        code = group(scored.recency, scored.frequency, scored.monetary)
        for sums in (members[scored.recency, scored.frequency], groups[code]):
            sums[0] += scored.members
            sums[1] += scored.monetary_minor
    grades = range(BINS, 0, -1)
    cells = [RfmCell(r, f, *members[r, f]) for r in grades for f in range(1, BINS + 1)]
    by_size = sorted(groups.items(), key=lambda item: -item[1][0])
    found = [RfmGroup(code, *sums) for code, sums in by_size]
    return RfmGrid(as_of, cells, found, count_elsewhere(analysis, as_of))
