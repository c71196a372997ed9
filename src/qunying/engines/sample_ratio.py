"""Sample-ratio check: do the arms of an experiment have the sizes that were intended?

A mismatch means that assignment, filtering or logging lost units of one arm, and that the comparison cannot
be trusted. Pearson's chi-square test of the observed counts against the intended shares; when two arms are
too small for it (an expected count below 5) the exact binomial test takes its place. Threshold p < 0.001
after Kohavi, Tang and Xu, "Trustworthy Online Controlled Experiments" (2020), chapter 21; see also Fabijan et
al., "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments", KDD 2019.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scipy import special

from qunying.engines.assignment import BUCKETS, Share, ordered

ALARM_BELOW = 0.001
SMALLEST_EXPECTED_COUNT = 5.0

State = Literal["measured", "too_few"]


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """The result of the check.

    state: "too_few" when there are no units, or three or more arms with an expected count below 5; p_value is
    then None and there is no alarm. expected: units per arm that the shares ask for.
    """

    state: State
    p_value: float | None
    alarm: bool
    observed: Mapping[str, int]
    expected: Mapping[str, float]


def check(observed: Mapping[str, int], shares: Sequence[Share]) -> SampleRatio:
    """Compare the observed number of units per arm with the intended shares.

    observed: arm name → number of units; an arm of `shares` that is absent counts as 0.
    Raises: ValueError for an arm without a share, a negative count, or shares that do not add up to 10,000.
    """
    arms = ordered(shares)
    unknown = set(observed) - {arm.name for arm in arms}
    if unknown:
        raise ValueError(f"no share for arm {min(unknown)!r}")
    counts = {arm.name: observed.get(arm.name, 0) for arm in arms}
    if min(counts.values()) < 0:
        raise ValueError("a count must not be negative")
    total = sum(counts.values())
    expected = {arm.name: total * arm.basis_points / BUCKETS for arm in arms}
    p_value = _p_value(list(counts.values()), list(expected.values()))
    return SampleRatio(
        state="too_few" if p_value is None else "measured",
        p_value=p_value,
        alarm=p_value is not None and p_value < ALARM_BELOW,
        observed=counts,
        expected=expected,
    )


def _p_value(observed: list[int], expected: list[float]) -> float | None:
    total = sum(observed)
    if total == 0 or len(observed) == 1:
        return None
    if min(expected) >= SMALLEST_EXPECTED_COUNT:
        chi_square = sum(
            (seen - wanted) ** 2 / wanted for seen, wanted in zip(observed, expected, strict=True)
        )
        return float(special.chdtrc(len(observed) - 1, chi_square))
    if len(observed) == 2:
        from scipy import stats  # slow to import, and seldom needed

        return float(stats.binomtest(observed[0], total, expected[0] / total).pvalue)
    return None
