"""Check a published draw, red packet, wheel, guess, quiz, live session or game of pairs again. It needs Python 3.9 or later and nothing else.

    python verify_draw.py bundle.json
    python verify_draw.py bundle.json --commitment HASH --rules HASH --root HASH --entry ENTRY

The hashes are those that were published beforehand: give what you noted down then, or what a friend did.
It shares no code with the program that drew: the rules of the draw are written down here a second time.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import sys
from collections.abc import Iterator
from typing import Any


class Wrong(Exception):  # noqa: N818 - a bundle is wrong, the program is not
    """The bundle is not what was promised."""


def canonical(value: Any) -> bytes:
    """One spelling for every value: keys sorted, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def digest_of(value: Any) -> str:
    """SHA-256 over that spelling."""
    return hashlib.sha256(canonical(value)).hexdigest()


def need(condition: bool, text: str) -> None:
    """Stop with a sentence unless something holds."""
    if not condition:
        raise Wrong(text)


def keys(value: Any, names: str, what: str) -> None:
    """Refuse a part that has other fields than it should."""
    need(isinstance(value, dict) and sorted(value) == sorted(names.split()), f"{what}: unexpected fields")


def numbers(seed: bytes, label: str) -> Iterator[int]:
    """The row of 256-bit numbers that follows from a seed and a label."""
    counter = 0
    while True:
        yield int.from_bytes(hmac.new(seed, canonical([label, counter]), hashlib.sha256).digest(), "big")
        counter += 1


def below(row: Iterator[int], bound: int) -> int:
    """The next number below a bound; those that would favour some are passed over."""
    usable = 2**256 - 2**256 % bound
    return next(number for number in row if number < usable) % bound


def shuffled(items: list[Any], salt: bytes, label: str = "shuffle") -> list[Any]:
    """Items in the order that follows from the salt and a label."""
    row = numbers(salt, label)
    for last in range(len(items) - 1, 0, -1):
        other = below(row, last + 1)
        items[last], items[other] = items[other], items[last]
    return items


def tree_root(entries: list[str]) -> str:
    """The root over the entries (RFC 9162)."""
    level = [hashlib.sha256(b"\x00" + entry.encode()).digest() for entry in entries]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while (
        len(level) > 1
    ):  # joining pairs and carrying a single one up gives the same root as the RFC's splits
        pairs = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex()


def check_draw(bundle: dict[str, Any]) -> str:
    """Do a scheduled draw again."""
    names = "format rules rules_hash commitment secret public closing entries seed winners skipped alternates digest"
    keys(bundle, names, "bundle")
    keys(bundle["public"], "source time value", "public value")
    keys(bundle["closing"], "closed_at count excluded root", "closing statement")
    settings, closing, entries = bundle["rules"]["settings"], bundle["closing"], bundle["entries"]
    need(
        digest_of({"secret": bundle["secret"]}) == bundle["commitment"], "the secret is not the promised one"
    )
    need(bundle["public"]["source"] in settings["sources"], "the public value is from another source")
    need(bundle["public"]["time"] >= closing["closed_at"], "the public value was known before the close")
    need(entries == sorted(set(entries)), "the entries are not in order, or one is there twice")
    need(closing["count"] == len(entries), "the number of entries is not the one that was closed")
    need(closing["root"] == tree_root(entries), "the entries are not those that were closed")
    parts = {
        "closing": digest_of(closing),
        "public": bundle["public"],
        "rules": bundle["rules_hash"],
        "secret": bundle["secret"],
    }
    need(bundle["seed"] == digest_of(parts), "the seed does not follow from the promises")
    key = bytes.fromhex(bundle["seed"])
    if bundle["format"] == "qunying-guess-1":  # only who guessed the outcome is drawn from
        entries = [entry for entry in entries if entry.rpartition(":")[2] == bundle["public"]["value"]]
    ranked = sorted(entries, key=lambda e: (hmac.new(key, e.encode(), hashlib.sha256).digest(), e))
    prizes = [prize["key"] for prize in settings["prizes"] for _ in range(prize["count"])]
    places = prizes + [""] * settings["alternates"]
    found: dict[str, list[dict[str, Any]]] = {"winners": [], "skipped": [], "alternates": []}
    lucky: set[str] = set()
    for rank, entry in enumerate(ranked, 1):
        if len(lucky) == len(places):
            break
        owner = entry.rpartition(":")[0]
        reason = closing["excluded"].get(owner, "already_won" if owner in lucky else "")
        if reason:
            found["skipped"].append({"rank": rank, "entry": entry, "reason": reason})
            continue
        prize = places[len(lucky)]
        found["winners" if prize else "alternates"].append({"rank": rank, "entry": entry, "prize": prize})
        lucky.add(owner)
    for part, rows in found.items():
        need(bundle[part] == rows, f"the {part} are not those that the seed gives")
    return f"{len(bundle['entries'])} entries, {len(entries)} drawn from, {len(found['winners'])} winners"


def build_deck(settings: dict[str, Any], salt: bytes) -> list[Any]:
    """The deck that follows from rules and salt: shares of money, or prizes and blanks."""
    if "total_minor" in settings:
        row, rest, deck = numbers(salt, "split"), settings["total_minor"], []
        for left in range(settings["shares"], 1, -1):
            deck.append(1 + below(row, max(1, 2 * rest // left - 1)))
            rest -= deck[-1]
        return shuffled([*deck, rest], salt)
    counts = {prize["key"]: prize["count"] for prize in settings["prizes"]}
    cards = [key for key in sorted(counts) for _ in range(counts[key])]
    return shuffled(cards + [""] * (settings["plays"] - len(cards)), salt)


def check_deck(bundle: dict[str, Any]) -> str:
    """Build a deck again and compare what was opened."""
    keys(bundle, "format rules rules_hash commitment salt deck opened digest", "bundle")
    promised = {"deck": bundle["deck"], "rules": bundle["rules_hash"], "salt": bundle["salt"]}
    need(digest_of(promised) == bundle["commitment"], "the deck is not the promised one")
    deck = build_deck(bundle["rules"]["settings"], bytes.fromhex(bundle["salt"]))
    need(deck == bundle["deck"], "the deck does not follow from the rules and the salt")
    serials = []
    for card in bundle["opened"]:
        keys(card, "serial by card", "opened card")
        need(1 <= card["serial"] <= len(deck), "a card that the deck has not")
        need(card["card"] == deck[card["serial"] - 1], f"card {card['serial']} is another one in the deck")
        serials.append(card["serial"])
    need(serials == sorted(set(serials)), "the cards are not in order, or one was opened twice")
    return f"{len(deck)} cards, {len(serials)} opened"


def land(row: Iterator[int], weights: list[tuple[str, int]]) -> str:
    """Where a wheel with these weights stops."""
    place = below(row, sum(weight for _key, weight in weights))
    for key, weight in weights:
        if place < weight:
            return key
        place -= weight
    raise Wrong("the weights leave nothing to land on")


def check_wheel(bundle: dict[str, Any]) -> str:
    """Play every play again, with the stock running down as it did."""
    keys(bundle, "format rules rules_hash commitment secret plays digest", "bundle")
    need(
        digest_of({"secret": bundle["secret"]}) == bundle["commitment"], "the secret is not the promised one"
    )
    settings, secret = bundle["rules"]["settings"], bytes.fromhex(bundle["secret"])
    weights = [(prize["key"], prize["weight"]) for prize in settings["prizes"]]
    weights.append(("", settings["blank_weight"]))
    left = {prize["key"]: prize["count"] for prize in settings["prizes"]}
    for number, play in enumerate(bundle["plays"], 1):
        keys(play, "play by nonce landed given", "play")
        need(play["play"] == number, f"play {number} is missing or out of order")
        landed = land(numbers(secret, canonical(["spin", number, play["nonce"]]).decode()), weights)
        need(play["landed"] == landed, f"play {number} lands on something else")
        wanted = (landed, settings["fallback"]) if landed else ()  # a blank stays a blank
        given = next((key for key in wanted if key and left[key]), "")
        need(play["given"] == given, f"play {number} was given something else")
        if given:
            left[given] -= 1
    return f"{len(bundle['plays'])} plays"


def check_quiz(bundle: dict[str, Any]) -> str:
    """Compare the right answers with the promise, and count everybody's right ones again."""
    keys(bundle, "format rules rules_hash commitment salt answers said digest", "bundle")
    promised = {"deck": bundle["answers"], "rules": bundle["rules_hash"], "salt": bundle["salt"]}
    need(digest_of(promised) == bundle["commitment"], "the right answers are not the promised ones")
    names = []
    for row in bundle["said"]:
        keys(row, "by said score", "answers of one")
        said = row["said"].split("|")
        need(len(said) == len(bundle["answers"]), "somebody answered another number of questions")
        right = sum(said[place] == answer for place, answer in enumerate(bundle["answers"]))
        need(row["score"] == right, "somebody's right answers were counted wrongly")
        names.append(row["by"])
    need(names == sorted(set(names)), "the names are not in order, or one is there twice")
    return f"{len(bundle['answers'])} questions, {len(names)} answered"


def check_words(bundle: dict[str, Any]) -> str:
    """Compare the watchwords with the promise, and see that each was said once by one and won what the rules say."""
    keys(bundle, "format rules rules_hash commitment salt words said digest", "bundle")
    promised = {"deck": bundle["words"], "rules": bundle["rules_hash"], "salt": bundle["salt"]}
    need(digest_of(promised) == bundle["commitment"], "the watchwords are not the promised ones")
    settings = bundle["rules"]["settings"]
    prizes = {word["key"]: word["prize"] for word in settings["words"]}
    need(len(prizes) == len(bundle["words"]), "there is another number of watchwords than in the rules")
    left, said = {prize["key"]: prize["count"] for prize in settings["prizes"]}, []
    for row in bundle["said"]:
        keys(row, "by word given", "word of one")
        need(row["word"] in prizes, "a word was said that is not in the rules")
        need(row["given"] in ("", prizes[row["word"]]), "a watchword won something else")
        if row["given"]:
            left[row["given"]] -= 1
        said.append((row["word"], row["by"]))
    need(said == sorted(set(said)), "the names are not in order, or one is there twice")
    need(min(left.values(), default=0) >= 0, "more was given than there was")
    return f"{len(bundle['words'])} watchwords, said {len(said)} times"


def won_in(number: int, turned: list[int], settings: dict[str, Any], secret: bytes) -> list[str]:
    """Deal the cards of a play again, turn them as the member did, and say which prizes that wins, the best first."""
    cards = [picture for picture in range(len(settings["products"])) for _ in range(2)]
    deck, paired = shuffled(cards, secret, canonical(["pairs", number]).decode()), set()
    need(len(turned) <= 2 * settings["moves"], f"play {number} has more moves than allowed")
    for place, card in enumerate(turned):
        first = turned[place - 1] if place % 2 else 0
        allowed = 1 <= card <= len(deck) and card not in paired and card != first
        need(allowed, f"play {number} turns a card that is open, or that there is not")
        if first and deck[card - 1] == deck[first - 1]:
            paired |= {card, first}
    if len(paired) < len(deck):
        return []
    within = settings["within"]
    return [
        prize["key"] for place, prize in enumerate(settings["prizes"]) if len(turned) <= 2 * within[place]
    ]


def check_pairs(bundle: dict[str, Any]) -> str:
    """Play every game of pairs again, and see that who won got the best prize that was left."""
    keys(bundle, "format rules rules_hash commitment secret plays digest", "bundle")
    need(
        digest_of({"secret": bundle["secret"]}) == bundle["commitment"], "the secret is not the promised one"
    )
    settings, secret = bundle["rules"]["settings"], bytes.fromhex(bundle["secret"])
    left = {prize["key"]: prize["count"] for prize in settings["prizes"]}
    won = []
    for number, play in enumerate(bundle["plays"], 1):
        keys(play, "play by turned given", "play")
        need(play["play"] == number, f"play {number} is missing or out of order")
        won.append(won_in(number, play["turned"], settings, secret))
        need(play["given"] in [*won[-1], ""], f"play {number} was given what it had not won")
        if play["given"]:
            left[play["given"]] -= 1
    need(min(left.values()) >= 0, "more prizes were given than there were")
    for number, prizes in enumerate(won, 1):
        given = bundle["plays"][number - 1]["given"]
        better = prizes[: prizes.index(given)] if given else prizes
        need(not any(left[key] for key in better), f"play {number} was not given a prize that was left")
    return f"{len(won)} games, {sum(1 for prizes in won if prizes)} won"


CHECKS = {
    "qunying-draw-1": check_draw,
    "qunying-guess-1": check_draw,
    "qunying-deck-1": check_deck,
    "qunying-wheel-1": check_wheel,
    "qunying-quiz-1": check_quiz,
    "qunying-words-1": check_words,
    "qunying-pairs-1": check_pairs,
}


def check(bundle: Any, noted: argparse.Namespace) -> str:
    """Check a bundle, and compare it with what somebody noted before."""
    need(isinstance(bundle, dict) and bundle.get("format") in CHECKS, "not a bundle that this program knows")
    need(digest_of(bundle["rules"]) == bundle["rules_hash"], "the rules are not the published ones")
    told = CHECKS[bundle["format"]](bundle)
    sealed = {name: value for name, value in bundle.items() if name != "digest"}
    need(digest_of(sealed) == bundle["digest"], "something was changed after it was published")
    if noted.commitment:
        need(bundle["commitment"] == noted.commitment, "another promise than the one that you noted")
    if noted.rules:
        need(bundle["rules_hash"] == noted.rules, "other rules than those that you noted")
    if noted.root:
        need(bundle["closing"]["root"] == noted.root, "other entries than those that you noted")
    if noted.entry:
        need(noted.entry in bundle["entries"], "your entry is not among them")
    return told


def main() -> None:
    """Answer 0 and a sentence when all holds, else 1 and what does not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("bundle")
    for name in ("commitment", "rules", "root", "entry"):
        parser.add_argument("--" + name, default="")
    noted = parser.parse_args()
    try:
        with open(noted.bundle, encoding="utf-8") as file:
            told = check(json.load(file), noted)
    except Wrong as wrong:
        sys.exit(f"WRONG: {wrong}")
    except (LookupError, TypeError, ValueError, AttributeError, OSError) as error:
        sys.exit(f"WRONG: the bundle cannot be read ({type(error).__name__})")
    sys.stdout.write(f"RIGHT: everything follows from what was promised ({told}).\n")


if __name__ == "__main__":
    main()
