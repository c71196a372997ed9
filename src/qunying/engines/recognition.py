"""Who is listened to: recognition by different people, not by volume.

Saying much is no merit. What counts is how many different people respond (in-degree of the reply network: S. Wasserman
and K. Faust, "Social Network Analysis", 1994, §5.3; for question-and-answer communities J. Zhang, M. Ackerman and
L. Adamic, "Expertise networks in online communities", WWW 2007), times the share of what one says that is responded
to at all. The share enters with the lower end of its interval (E. B. Wilson, JASA 22, 1927), so that one lucky
sentence proves little and a thousand ignored ones cost much.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Z_95 = 1.959963984540054


def recognition(people: ArrayLike, responded: ArrayLike, spoken: ArrayLike) -> NDArray[np.float64]:
    """Return the recognition of each speaker: different people × the least plausible share of things responded to.

    people: how many different others responded, shape (n,). responded: how many things the speaker said got a
    response from another. spoken: how many things the speaker said. Returns shape (n,), never negative, never more than
    `people`; 0 for somebody to whom nobody responded.
    Raises: ValueError for other shapes, negative numbers, or more responded to than was spoken.
    """
    persons, answered, said = (np.asarray(given, dtype=np.float64) for given in (people, responded, spoken))
    if not (persons.ndim == 1 and persons.shape == answered.shape == said.shape):
        raise ValueError("the three lists must have one entry for each speaker")
    together = np.concatenate([persons, answered, said])
    if not np.isfinite(together).all() or (together < 0).any() or (answered > said).any():
        raise ValueError("counts are not negative, and nothing is responded to before it is said")
    return persons * wilson_lower(answered, said)


def wilson_lower(hits: ArrayLike, trials: ArrayLike, z: float = Z_95) -> NDArray[np.float64]:
    """Return the lower end of Wilson's score interval for a share; 0 without trials.

    hits, trials: shape (n,), 0 ≤ hits ≤ trials. z: of the normal distribution, by default for 95 %.
    """
    successes, n = np.asarray(hits, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    safe = np.maximum(n, 1)
    share = successes / safe
    margin = z * np.sqrt(share * (1 - share) / safe + z**2 / (4 * safe**2))
    lower = (share + z**2 / (2 * safe) - margin) / (1 + z**2 / safe)
    return np.where(n > 0, np.clip(lower, 0.0, 1.0), 0.0)
