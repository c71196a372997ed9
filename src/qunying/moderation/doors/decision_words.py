"""What detectors and the ladder say, in people's words."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from qunying.engines.penalty_ladder import Reason
from qunying.moderation.models import Factor, Penalty, PenaltyStep, Violation
from qunying.moderation.policy import MAX_POINTS, STEP_NAMES, Policy, Taken
from qunying.moderation.suggesting import Ground

DETECTORS = {
    "word": pgettext_lazy("detector", "watched word"),
    "link": pgettext_lazy("detector", "link"),
    "qr_code": pgettext_lazy("detector", "QR code"),
    "contact": pgettext_lazy("detector", "contact lured away"),
    "advertisement": pgettext_lazy("detector", "advertisement (classifier)"),
    "abuse": pgettext_lazy("detector", "abuse (classifier)"),
    "flood": pgettext_lazy("detector", "flooding"),
    "duplicate": pgettext_lazy("detector", "repeated text"),
    "ring": pgettext_lazy("detector", "accounts acting in concert"),
}


def describe_grounds(grounds: Sequence[Ground]) -> list[dict[str, Any]]:
    """Return what speaks for a violation as rows of a table."""
    titles = {
        row.code: row.title for row in Violation.objects.filter(code__in={g.violation for g in grounds})
    }
    return [
        {
            "source": ngettext("{count} member", "{count} members", ground.count).format(count=ground.count)
            if ground.kind == "report"
            else str(DETECTORS.get(ground.kind, _("detector"))),
            "violation": titles.get(ground.violation, ground.violation),
            "score": ground.score,
            "evidence": ground.evidence,
        }
        for ground in grounds
    ]


def describe_reasons(reasons: Iterable[Reason]) -> list[str]:
    """Return how the ladder came to its answer, one sentence for each part."""
    return [_sentence(reason) for reason in reasons]


def _sentence(reason: Reason) -> str:
    step = str(PenaltyStep(STEP_NAMES[reason.step]).label)
    if reason.kind == "severity":
        return _("Severity {count} of 5: begins at “{step}”.").format(count=reason.count, step=step)
    if reason.kind == "repeat":
        text = ngettext(
            "{count} earlier violation: up to “{step}”.",
            "{count} earlier violations: up to “{step}”.",
            reason.count,
        )
        return text.format(count=reason.count, step=step)
    if reason.kind == "highest":
        return _("The ladder ends at “{step}”.").format(step=step)
    factor = str(Factor(reason.name).label) if reason.name in Factor.values else reason.name
    if reason.kind == "factor":
        return _("Made worse ({factor}): up to “{step}”.").format(factor=factor, step=step)
    return _("With {factor}, never less than “{step}”.").format(factor=factor, step=step)


def takes_in_words(policy: Policy, step: str) -> str:
    """Return what a rung takes as one line."""
    names = [str(Taken(name).label) for name in policy.takes(PenaltyStep(step))]
    if points := policy.points(PenaltyStep(step)):
        names.append(
            _("all points")
            if points >= MAX_POINTS
            else ngettext("up to {points} point", "up to {points} points", points).format(points=points)
        )
    return listed(names)


def taken_in_words(penalty: Penalty) -> str:
    """Return what a penalty took as one line, without points."""
    return listed([str(Taken(name).label) for name in penalty.takes])


def listed(names: Iterable[str]) -> str:
    """Return names as the reader's language lists them."""
    return pgettext("between the parts of a list", ", ").join(names)
