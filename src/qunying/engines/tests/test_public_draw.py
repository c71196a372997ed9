"""Draws: proofs of being in, ranks that favour nobody, prizes filled in order, a wheel that keeps its odds."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qunying.engines.public_draw import (
    Skipped,
    Won,
    commit_secret,
    draw,
    draw_seed,
    entry_name,
    inclusion_proof,
    is_included,
    merkle_root,
    owner_of,
    public_name,
    rank_entries,
    spin,
)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 70), st.data())
def test_every_entry_can_prove_that_it_is_in(count, data):
    entries = [f"e{number}" for number in range(count)]
    root = merkle_root(entries)
    index = data.draw(st.integers(0, count - 1))
    proof = inclusion_proof(entries, index)
    assert is_included(entries[index], index, count, proof, root)
    assert not is_included("stranger", index, count, proof, root)
    assert not is_included(entries[index], index, count, [*proof, "00" * 32], root)
    assert not is_included(entries[index], count, count, proof, root)
    if proof:
        assert not is_included(entries[index], index, count, proof[:-1], root)
    with pytest.raises(IndexError):
        inclusion_proof(entries, count)


def test_the_root_is_that_of_the_standard():
    # RFC 9162 gives the shape; these are SHA-256 by hand of nothing, of one leaf, and of three.
    import hashlib

    def sha(text):
        return hashlib.sha256(text).digest()

    a, b, c = (sha(b"\0" + name) for name in (b"a", b"b", b"c"))
    assert merkle_root([]) == sha(b"").hex()
    assert merkle_root(["a"]) == a.hex()
    assert merkle_root(["a", "b", "c"]) == sha(b"\1" + sha(b"\1" + a + b) + c).hex()


def test_names_of_owners_and_entries():
    name = public_name("member", b"salt")
    assert owner_of(entry_name(name, 12)) == name
    assert name != public_name("member", b"other salt")
    for owner, ticket in [(name, 0), ("a:b", 1)]:
        with pytest.raises(ValueError, match="ticket"):
            entry_name(owner, ticket)
    with pytest.raises(ValueError, match="32 bytes"):
        commit_secret(b"guess")


def test_the_seed_follows_from_every_part():
    public = {"source": "s", "time": "t", "value": "v"}
    seed = draw_seed(b"S", public, "closing", "rules")
    others = {
        draw_seed(b"T", public, "closing", "rules"),
        draw_seed(b"S", {**public, "value": "w"}, "closing", "rules"),
        draw_seed(b"S", public, "closed", "rules"),
        draw_seed(b"S", public, "closing", "other"),
    }
    assert len(others | {seed}) == 5


def test_prizes_are_filled_in_order_and_skips_have_reasons():
    ranked = ["a:1", "b:1", "a:2", "c:1", "d:1", "b:2", "e:1", "f:1"]
    drawn = draw(ranked, [("gold", 1), ("silver", 2)], excluded={"b": "staff"}, alternates=1)
    assert drawn.winners == [Won(1, "a:1", "gold"), Won(4, "c:1", "silver"), Won(5, "d:1", "silver")]
    assert drawn.skipped == [
        Skipped(2, "b:1", "staff"),
        Skipped(3, "a:2", "already_won"),
        Skipped(6, "b:2", "staff"),
    ]
    assert drawn.alternates == [Won(7, "e:1", "")]


def test_fewer_entries_than_prizes_and_none_at_all():
    assert draw(["a:1"], [("gold", 5)], excluded={}, alternates=2).winners == [Won(1, "a:1", "gold")]
    assert draw([], [("gold", 5)], excluded={}).winners == []
    with pytest.raises(ValueError, match="least 0"):
        draw([], [("gold", -1)], excluded={})


def _chi_square(draws: int, entries: int) -> dict[str, float]:
    """p by entry, by prize (first against second), and by place in the list (who came early)."""
    names = [entry_name(f"{number:04x}", 1) for number in range(entries)]
    first, second = Counter[str](), Counter[str]()
    for number in range(draws):
        seed = draw_seed(number.to_bytes(32), {"value": str(number)}, "closing", "rules")
        drawn = draw(rank_entries(seed, names), [("gold", 1), ("silver", 1)], excluded={})
        first[drawn.winners[0].entry] += 1
        second[drawn.winners[1].entry] += 1
    early = sum(first[name] + second[name] for name in names[: entries // 2])
    return {
        "by entry": stats.chisquare([first[name] + second[name] for name in names]).pvalue,
        "by prize": stats.chi2_contingency([[first[n] for n in names], [second[n] for n in names]]).pvalue,
        "by place": stats.chisquare([early, 2 * draws - early]).pvalue,
    }


def test_the_draw_favours_nobody():
    assert min(_chi_square(3_000, 10).values()) > 0.001


@pytest.mark.full
def test_the_draw_favours_nobody_in_a_million_draws():
    assert min(_chi_square(1_000_000, 10).values()) > 0.001


def test_a_draw_that_takes_the_remainder_would_be_found():
    """The same test over a row that prefers low numbers fails, so it can fail."""
    numbers = random.Random(3)
    counts = Counter(numbers.randrange(16) % 10 for _ in range(3_000))
    assert stats.chisquare([counts[n] for n in range(10)]).pvalue < 0.001


WEIGHTS = [("car", 1), ("cup", 199), ("", 800)]


def _plays(count: int) -> Counter[str]:
    return Counter(spin(b"secret" * 6, play, f"nonce {play}", WEIGHTS) for play in range(count))


def _within(counts: Counter[str], plays: int) -> bool:
    return all(stats.binomtest(counts[key], plays, weight / 1_000).pvalue > 0.001 for key, weight in WEIGHTS)


def test_the_wheel_keeps_its_odds():
    assert _within(_plays(5_000), 5_000)


@pytest.mark.full
def test_the_wheel_keeps_its_odds_at_length():
    assert _within(_plays(1_000_000), 1_000_000)


def test_the_wheel_depends_on_secret_play_and_nonce():
    landed = [spin(secret, play, nonce, [(str(n), 1) for n in range(1 << 16)]) for secret, play, nonce in
        [(b"s", 1, "n"), (b"t", 1, "n"), (b"s", 2, "n"), (b"s", 1, "m")]]  # fmt: skip
    assert len(set(landed)) == 4
    for weights in ([], [("a", 0)], [("a", -1), ("b", 5)]):
        with pytest.raises(ValueError, match="weights"):
            spin(b"s", 1, "n", weights)
