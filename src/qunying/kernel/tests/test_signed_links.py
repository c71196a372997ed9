"""Signed links: what one sign of difference, another purpose or the clock must refuse."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.kernel.signed_links import BrokenLink, ExpiredLink, read_link, sign_link

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20) | st.integers(-(2**53), 2**53), max_size=4))
def test_what_was_signed_is_read(fields):
    assert read_link(sign_link("offer", fields, LATER), "offer", NOW) == fields


def test_every_bit_counts():
    token = sign_link("offer", {"campaign": "c1", "member": "m1"}, LATER)
    for place in range(len(token)):
        for bit in range(7):
            changed = token[:place] + chr(ord(token[place]) ^ (1 << bit)) + token[place + 1 :]
            with pytest.raises(BrokenLink):
                read_link(changed, "offer", NOW)


def test_no_second_spelling_of_the_same_bytes():
    token = sign_link("offer", {"campaign": "c1"}, LATER)
    for sign in ALPHABET.replace(token[-1], ""):
        with pytest.raises(BrokenLink):
            read_link(token[:-1] + sign, "offer", NOW)
    with pytest.raises(BrokenLink):
        read_link(token + "=", "offer", NOW)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "…", "a.b", "a" * 5000, "\x00.\x00.\x00", "٣.٣.٣"])
def test_nonsense_is_refused(token):
    with pytest.raises(BrokenLink):
        read_link(token, "offer", NOW)


def test_another_purpose_is_refused():
    token = sign_link("unsubscribe", {"member": "m1"}, LATER)
    with pytest.raises(BrokenLink):
        read_link(token, "offer", NOW)


def test_time_ends_a_link():
    token = sign_link("offer", {"member": "m1"}, LATER)
    assert read_link(token, "offer", LATER - timedelta(seconds=1))
    with pytest.raises(ExpiredLink):
        read_link(token, "offer", LATER)


def test_another_secret_is_refused(settings):
    token = sign_link("offer", {"member": "m1"}, LATER)
    settings.SECRET_KEY = "another secret, with enough signs in it"
    with pytest.raises(BrokenLink):
        read_link(token, "offer", NOW)


def test_a_changed_secret_still_reads_old_links(settings):
    token = sign_link("offer", {"member": "m1"}, LATER)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret, with enough signs in it"
    assert read_link(token, "offer", NOW) == {"member": "m1"}
    assert sign_link("offer", {"member": "m1"}, LATER) != token
