"""The screen that the nouns below ask before they show what a member says."""

from qunying.content.screening import Spoken, Verdict
from qunying.moderation.detection import cover, screen_texts
from qunying.moderation.queries.get_rules import get_rules


def screen_spoken(spoken: Spoken) -> Verdict:
    """Return the verdict by the rules that hold now: refused when a word blocks it, kept for review, or shown with words covered."""
    (findings,) = screen_texts([spoken.text], get_rules())
    actions = {finding.action for finding in findings}
    covered = cover(spoken.text, findings)
    return Verdict(
        action="refuse" if "block" in actions else "review" if "review" in actions else "publish",
        reasons=tuple(sorted({finding.violation for finding in findings if finding.action != "tag"})),
        replaced_text=covered if covered != spoken.text else None,
    )
