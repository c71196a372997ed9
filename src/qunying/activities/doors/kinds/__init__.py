"""The doors of each kind."""

from collections.abc import Mapping

from qunying.activities.doors.kinds import draw, red_packet, wheel
from qunying.activities.doors.kinds.door import KindDoor

KIND_DOORS: Mapping[str, KindDoor] = {
    "wheel": wheel.DOOR,
    "draw": draw.DOOR,
    "red_packet": red_packet.DOOR,
}
