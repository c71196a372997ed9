"""Coupon codes: random, sealed, found by hash, and slips are caught."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from qunying.kernel.actors import system
from qunying.kernel.guessing import TooManyAttempts
from qunying.ledger.tests.make import NOW
from qunying.rewards.codes import (
    _LETTERS,
    ALPHABET,
    check_letter,
    hash_code,
    new_code,
    open_code,
    read_code,
    seal_code,
    written,
)
from qunying.rewards.coupons import UnknownCoupon
from qunying.rewards.models import Coupon
from qunying.rewards.queries.show_code import TRIES_PER_MINUTE, find_coupon_by_code, show_code
from qunying.rewards.tests.make import make_coupon, make_template

any_code = st.builds(new_code)


@given(any_code)
def test_a_code_reads_as_it_is_written(code):
    assert read_code(written(code)) == code
    assert read_code(f" {written(code).lower()} ") == code
    assert open_code(seal_code(code)) == code


@given(any_code, st.integers(0, 13), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_always_caught(code, place, letter):
    slipped = code[:place] + letter + code[place + 1 :]
    assert (read_code(slipped) == slipped) == (slipped == code)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    found = read_code(text)
    assert found is None or len(found) == 14


def test_every_letter_is_as_likely():
    for letter in ALPHABET:
        assert sum(bytes([byte]).translate(_LETTERS).decode() == letter for byte in range(256)) == 8


def test_the_check_letter_is_the_one_of_codes_given_before():
    for letters, check in (("0123456789ABC", "2"), ("ZYXWVTSRQPNMK", "N")):
        slow = sum(ALPHABET.index(letter) * (2 * place + 1) for place, letter in enumerate(letters))
        assert check_letter(letters) == ALPHABET[slow % 32] == check


def test_codes_do_not_repeat_and_hide_in_the_table():
    many = {new_code() for _ in range(2_000)}
    assert len(many) == 2_000
    code = many.pop()
    assert seal_code(code) != seal_code(code)
    assert hash_code(code) == hash_code(code)
    assert code.encode() not in seal_code(code)


def test_another_secret_opens_and_finds_nothing(settings):
    code = new_code()
    sealed, hashed = seal_code(code), hash_code(code)
    settings.SECRET_KEY = "another secret"
    with pytest.raises(InvalidTag):
        open_code(sealed)
    assert hash_code(code) != hashed


@pytest.mark.django_db
def test_a_coupon_is_found_by_its_code_only():
    template = make_template()
    first, second = (Coupon.objects.get(pk=make_coupon(template).coupon_id) for _ in range(2))
    code = show_code(first)
    actor = system("till")
    assert find_coupon_by_code(code, actor=actor, now=NOW).pk == first.pk
    assert find_coupon_by_code(code.lower().replace("-", " "), actor=actor, now=NOW).pk == first.pk
    assert show_code(second) != code
    for wrong in (written(new_code()), "", "ABCDE", str(first.pk)):
        with pytest.raises(UnknownCoupon):
            find_coupon_by_code(wrong, actor=actor, now=NOW)


@pytest.mark.django_db
def test_guessing_is_slow():
    actor = system("guesser")
    for _ in range(TRIES_PER_MINUTE):
        with pytest.raises(UnknownCoupon):
            find_coupon_by_code(written(new_code()), actor=actor, now=NOW)
    with pytest.raises(TooManyAttempts):
        find_coupon_by_code(written(new_code()), actor=actor, now=NOW)
