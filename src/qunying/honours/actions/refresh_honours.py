"""Count anew: badges follow their rules, leaderboards are written."""

from dataclasses import dataclass
from datetime import datetime

from qunying.accounts.queries.get_brand import get_brand
from qunying.honours.awarding import award_by_rules
from qunying.honours.counting import acts_of, count_for_badges
from qunying.honours.ranking import rank_anew
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.lake import open_analysis


@dataclass(frozen=True)
class Refreshed:
    """Badges given (or raised) and taken back, and places written on leaderboards."""

    given: int
    taken: int
    places: int


@action
def refresh_honours(*, command_id: str, actor: Actor, now: datetime) -> Refreshed:
    """Count what everybody did, in one reading of the stream, and let badges and leaderboards follow."""
    with open_analysis() as analysis:
        # Kept for the seven questions that are asked of it.
        acts = analysis.connection.create_table("acts", acts_of(analysis, get_brand().zone), temp=True)
        awarded = award_by_rules(count_for_badges(analysis, acts), actor, now)
        places = rank_anew(analysis, acts, now)
    return Refreshed(awarded.given, awarded.taken, places)
