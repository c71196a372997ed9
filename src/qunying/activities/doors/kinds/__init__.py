"""The doors of each kind."""

from collections.abc import Mapping

from qunying.activities.doors.kinds import (
    check_in,
    contest,
    draw,
    flash_sale,
    gathering,
    group_buy,
    guess,
    live,
    pairs,
    quiz,
    red_packet,
    topic,
    trial,
    vote,
    wheel,
)
from qunying.activities.doors.kinds.door import KindDoor

KIND_DOORS: Mapping[str, KindDoor] = {
    "wheel": wheel.DOOR,
    "draw": draw.DOOR,
    "red_packet": red_packet.DOOR,
    "check_in": check_in.DOOR,
    "quiz": quiz.DOOR,
    "pairs": pairs.DOOR,
    "guess": guess.DOOR,
    "vote": vote.DOOR,
    "flash_sale": flash_sale.DOOR,
    "group_buy": group_buy.DOOR,
    "contest": contest.DOOR,
    "trial": trial.DOOR,
    "gathering": gathering.DOOR,
    "live": live.DOOR,
    "topic": topic.DOOR,
}
