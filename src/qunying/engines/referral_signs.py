"""Which signs of cheating an invitation shows.

Velocity, shared devices, phones and addresses, rings and bursts are the rules that the OWASP guide to automated threats (OAT-007,
OAT-019) and its API6:2023 ask for where rewards are given. None of them proves anything: whatever shows a sign is held for a person to look at.
"""

from dataclasses import dataclass

SAME = {
    "device": "same_device",
    "phone": "same_phone",
    "address": "same_address",
    "payment": "same_payment",
}


@dataclass(frozen=True)
class Seen:
    """What is known of one invitation.

    shared: kinds of marks (``device``, ``phone`` …) that the invited person shares with the inviter or with others whom
    the inviter brought. with_line: whether they share one with somebody further up the line of invitations. in_a_day: how many the
    inviter brought within half a day before and after. in_minutes: the same within five minutes. from_network: how many invited people of
    anybody came from their block of network addresses within half a day before and after. rewarded, returned: how many earlier
    invitations of the inviter were rewarded, and how many of those were returned afterwards.
    """

    shared: frozenset[str] = frozenset()
    with_line: bool = False
    in_a_day: int = 1
    in_minutes: int = 1
    from_network: int = 1
    rewarded: int = 0
    returned: int = 0


@dataclass(frozen=True)
class Bounds:
    """From which number on something is a sign. returned: so many at least, and at least half of all rewarded."""

    in_a_day: int = 20
    in_minutes: int = 5
    from_network: int = 8
    returned: int = 2


def find_signs(seen: Seen, bounds: Bounds = Bounds()) -> list[str]:
    """Return the signs that an invitation shows, the weightiest first; none for an honest one.

    >>> find_signs(Seen(shared=frozenset({"device"}), in_minutes=6))
    ['same_device', 'burst']
    """
    signs = [code for kind, code in SAME.items() if kind in seen.shared]
    if seen.with_line:
        signs.append("ring")
    if seen.in_a_day >= bounds.in_a_day:
        signs.append("velocity")
    if seen.in_minutes >= bounds.in_minutes:
        signs.append("burst")
    if seen.from_network >= bounds.from_network:
        signs.append("same_network")
    if seen.returned >= bounds.returned and 2 * seen.returned >= seen.rewarded:
        signs.append("returns")
    return signs
