"""The fair window of a flash sale: everybody who asked in its first seconds is ranked, nobody for being fast.

A scheduled draw waits for a public value; buyers do not. Here the words that members sent with their entries take its
place: they are part of the entries' names, the names make the root, and the root goes into the seed beside the secret
that was promised before. Whoever knows the secret does not know the words of the others.
"""

import hashlib
from datetime import timedelta
from uuid import UUID

from qunying.activities.acting import by_the_rules
from qunying.activities.excluding import list_excluded
from qunying.activities.goods import GoodsSettings
from qunying.activities.limits import give_turns_back
from qunying.activities.models import Activity, Participation, Proof
from qunying.activities.promises import name_of, secret_of
from qunying.activities.rights import GIVEN, take_rights
from qunying.activities.rules import instant_text, rules_document
from qunying.engines.fair_bundles import closing_statement, draw_bundle
from qunying.kernel.acts import Act
from qunying.members.queries.resolve_members import present_ids

LARGEST_NUMBER = 9_999_999
MERGED = "merged"


def window_of(activity: Activity) -> int:
    """Return for how many seconds entries are taken; 0 when the first come first."""
    return int(activity.settings.get("window_seconds", 0))


def entry_number(word: str) -> int:
    """Return the number in an entry's name, from 1, that follows from the member's word."""
    digest = hashlib.sha256(word.encode()).digest()
    return 1 + int.from_bytes(digest, "big") % LARGEST_NUMBER


def rank(activity: Activity, settings: GoodsSettings, act: Act) -> int:
    """Rank the entries, give the first their rights, publish all of it, and return how many got one.

    The caller holds the activity. Turns of those who got none come back: they may take what is left.
    """
    parts = {
        part.landed: part for part in Participation.objects.filter(activity=activity).order_by("at", "id")
    }
    end = instant_text(activity.opens_at + timedelta(seconds=window_of(activity)))
    entries = sorted(parts)
    closing = closing_statement(entries, _excluded(activity, list(parts.values()), act), end)
    bundle = draw_bundle(
        rules=rules_document(activity),
        secret=secret_of(activity),
        public={"source": activity.settings["sources"][0], "time": end, "value": closing["root"]},
        entries=entries,
        closing=closing,
    )
    winners = [parts.pop(won["entry"]) for won in bundle["winners"]]
    if winners:
        take_rights(activity, settings, winners, by_the_rules(act))
        Participation.objects.filter(pk__in=[part.pk for part in winners]).update(given=GIVEN)
    give_turns_back(activity.id, {part.member_id: part.at for part in parts.values()})
    now = act["now"]
    Proof.objects.create(activity=activity, closing=closing, bundle=bundle, published_at=now)
    return len(winners)


def _excluded(activity: Activity, parts: list[Participation], act: Act) -> dict[str, str]:
    """Return who cannot win, by the name under which they entered, and why; of a person the first entry is ranked."""
    members = [part.member_id for part in parts]
    people = present_ids(members)
    out = list_excluded(set(people.values()), act["now"])
    reasons: dict[str, str] = {}
    seen = set[UUID]()
    for member in members:
        person = people[member]
        reason = out.get(person) or (MERGED if person in seen else "")
        if reason:
            reasons[name_of(activity, member)] = reason
        seen.add(person)
    return reasons
