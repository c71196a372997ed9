"""Tables of activities, one file per subject; all are imported here so that Django finds them."""

from .activity import Activity, AudienceMember, RulesVersion, State
from .check_in import CheckInDay
from .contest import ContestScore, ContestVote, ContestWork
from .gathering import Registration
from .live import LiveAnswer, LiveBooking, LiveReplay, LiveWord
from .outcome import Outcome
from .pairs import PairsPlay
from .proof import Proof, Ticket
from .right import Right, RightUnit, Team
from .taking_part import Award, Participation, Stock, Turns
from .trial import TrialReport

__all__ = [
    "Activity",
    "AudienceMember",
    "Award",
    "CheckInDay",
    "ContestScore",
    "ContestVote",
    "ContestWork",
    "LiveAnswer",
    "LiveBooking",
    "LiveReplay",
    "LiveWord",
    "Outcome",
    "PairsPlay",
    "Participation",
    "Proof",
    "Registration",
    "Right",
    "RightUnit",
    "RulesVersion",
    "State",
    "Stock",
    "Team",
    "Ticket",
    "TrialReport",
    "Turns",
]
